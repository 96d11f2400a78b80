//! Jobs as administrators see them: what failed and why, tried again, thrown away, written down.

use super::owner;
use chinwag_testkit::{TestServer, User, both_engines, client::Error, eventually, wire::*};
use std::{fs, path::PathBuf};

/// Keeps letters from being written, until it is dropped.
struct NoMail(PathBuf);

impl NoMail {
    /// A file stands where the directory should be.
    fn at(server: &TestServer) -> Self {
        let path = server.data_dir().join("mail");
        fs::write(&path, "").unwrap();
        Self(path)
    }
}

impl Drop for NoMail {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

async fn reset(server: &TestServer, email: &str) {
    server.http().request_reset(&RequestReset { email: email.to_owned() }).await.unwrap();
}

async fn with_email(server: &TestServer, username: &str) -> User {
    let email = Some(format!("{username}@example.org"));
    User::register_with(&server.http(), username, |body| body.email = email).await
}

async fn listed(root: &User, filter: &[(&str, Option<String>)]) -> Vec<Job> {
    root.http.jobs(filter, None, None).await.unwrap().items
}

/// Waits until so many jobs are dead, while the clock goes on.
async fn dead(server: &TestServer, root: &User, many: usize) -> Vec<Job> {
    let filter = [("state", Some("dead".to_owned()))];
    eventually("jobs that failed for good", async || {
        server.clock.advance(std::time::Duration::from_secs(10));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let root = root.another_device().await;
        listed(&root, &filter).await.len() == many
    })
    .await;
    listed(&root.another_device().await, &filter).await
}

/// Why it was refused, if it was.
fn refusal<T>(answer: Result<T, Error>) -> Option<Code> {
    answer.err()?.code()
}

both_engines! {
    async fn what_failed_is_seen_tried_again_and_thrown_away(server: TestServer) {
        let root = owner(&server, "root").await;
        let no_mail = NoMail::at(&server);
        for name in ["ann", "bob"] {
            with_email(&server, name).await;
        }
        let jobs = dead(&server, &root, 2).await;
        let root = root.another_device().await;
        assert!(jobs.iter().all(|job| job.kind == "send_verification" && job.attempts == 3 && job.due_at.is_none()));
        assert!(jobs.iter().all(|job| job.error.is_some() && job.died_at.is_some() && job.input.is_none()));

        let page = root.http.jobs(&[], None, Some(1)).await.unwrap();
        let rest = root.http.jobs(&[], page.next_cursor.as_deref(), Some(1)).await.unwrap();
        assert_eq!([page.items, rest.items].concat(), jobs, "in pages, the oldest first");
        assert_eq!(rest.next_cursor, None);
        for (key, value, many) in [("kind", "send_verification", 2), ("kind", "send_reset", 0), ("state", "queued", 0), ("state", "running", 0)] {
            assert_eq!(listed(&root, &[(key, Some(value.to_owned()))]).await.len(), many, "{key} {value}");
        }

        drop(no_mail);
        let again = root.http.retry_job(jobs[0].id).await.unwrap();
        assert_eq!((again.id, again.state, again.attempts), (jobs[0].id, JobState::Queued, 0));
        server.letter("ann@example.org", 1).await;
        eventually("the end of the job", async || refusal(root.http.job(jobs[0].id).await) == Some(Code::JobNotFound)).await;
        root.http.discard_job(jobs[1].id).await.unwrap();
        assert!(listed(&root, &[]).await.is_empty());
        assert_eq!(refusal(root.http.discard_job(jobs[1].id).await), Some(Code::JobNotFound));
        assert_eq!(refusal(root.http.retry_job(jobs[1].id).await), Some(Code::JobNotFound));
        assert_eq!((server.letters("ann@example.org").len(), server.letters("bob@example.org").len()), (1, 0));

        for (act, job) in [("retry_job", jobs[0].id), ("discard_job", jobs[1].id)] {
            let entries = root.http.audit(&[("act", Some(act.to_owned()))], None, None).await.unwrap().items;
            let seen: Vec<_> = entries.iter().map(|entry| (entry.actor_id, entry.target.clone())).collect();
            assert_eq!(seen, [(Some(root.id()), Some(job.to_string()))], "{act}");
        }
    }

    async fn what_it_was_given_is_shown_and_no_secret(server: TestServer) {
        let root = owner(&server, "root").await;
        with_email(&server, "ann").await;
        let token = server.letter("ann@example.org", 1).await.token();
        server.http().verify_email(&VerifyEmail { token }).await.unwrap();
        fs::rename(server.data_dir().join("mail"), server.data_dir().join("before")).unwrap();
        let no_mail = NoMail::at(&server);
        reset(&server, "ann@example.org").await;
        let waiting = || async {
            let jobs = listed(&root, &[("kind", Some("send_reset".to_owned()))]).await;
            jobs.into_iter().next().filter(|job| job.error.is_some() && job.state == JobState::Queued)
        };
        eventually("the first failure", async || waiting().await.is_some()).await;
        let job = waiting().await.unwrap();
        assert_eq!(refusal(root.http.retry_job(job.id).await), Some(Code::JobNotDead));
        let shown = root.http.job(job.id).await.unwrap();
        assert_eq!(shown.input, Some(serde_json::json!({"email": "ann@example.org"})));
        assert!(!serde_json::to_string(&shown).unwrap().contains("cwm_"), "{shown:?}");
        let read = root.http.audit(&[("act", Some("read_job".to_owned()))], None, None).await.unwrap().items;
        assert_eq!(read[0].target, Some(job.id.to_string()));
        root.http.discard_job(job.id).await.unwrap();
        drop(no_mail);
    }

    async fn filters_that_mean_nothing_are_refused(server: TestServer) {
        let root = owner(&server, "root").await;
        for (key, value) in [("state", "done"), ("kind", ""), ("kind", "SEND"), ("kind", "a\0b"), ("kind", &"x".repeat(65)), ("limit", "0"), ("limit", "201"), ("colour", "red")] {
            let answer = root.http.jobs(&[(key, Some(value.to_owned()))], None, None).await;
            assert_eq!(refusal(answer), Some(Code::Invalid), "{key} {value:?}");
        }
        assert_eq!(refusal(root.http.jobs(&[], Some("x"), None).await), Some(Code::CursorInvalid));
    }
}
