//! Letters go over TLS and with a password where that is asked for, and never without; what is wrong is
//! told in a way that an operator can do something about.

use super::{verify, with_email};
use chinwag_testkit::{Authority, Engine, Smtp, SmtpOptions, TestServer, User, eventually};

const USER: &str = "chinwag";
const PASSWORD: &str = "p@ss word";

/// A server that hands letters to this one, spoken to in this way.
async fn server(
    engine: Engine,
    smtp: &Smtp,
    scheme: &str,
    authority: Option<&Authority>,
) -> TestServer {
    let url = format!("{scheme}://{USER}:p%40ss%20word@{}", smtp.address);
    TestServer::with(engine, |settings| {
        settings.mail.smtp = url;
        settings.mail.ca_file = authority.map(Authority::file).unwrap_or_default();
    })
    .await
}

/// A letter arrives, and every word but those before TLS was secret.
async fn arrives(smtp: &Smtp, server: &TestServer) {
    with_email(server, "ann", "ann@example.org").await;
    eventually("the letter", async || smtp.taken().len() == 1).await;
    let heard = smtp.heard();
    let open: Vec<_> = heard.iter().filter(|command| !command.starts_with("tls ")).collect();
    assert!(
        open.iter().all(|command| command.starts_with("EHLO") || *command == "STARTTLS"),
        "{open:?}"
    );
    assert!(heard.iter().any(|command| command.starts_with("tls AUTH ")), "{heard:?}");
    verify(server, &smtp.taken()[0].token()).await.unwrap();
}

/// No letter arrives, nothing of it or of the password leaves, and this is what the operator reads.
async fn fails(smtp: &Smtp, server: &TestServer, said: &[&str]) {
    let owner_link = server.owner_link();
    let root =
        User::register_with(&server.http(), "root", |body| body.owner_link = owner_link).await;
    with_email(server, "ann", "ann@example.org").await;
    let first = async || root.http.jobs(&[], None, None).await.unwrap().items.into_iter().next();
    eventually("the first failure", async || first().await.is_some_and(|job| job.error.is_some()))
        .await;
    let job = first().await.unwrap();
    let error = job.error.unwrap();
    assert!(said.iter().all(|part| error.contains(part)), "{error}");
    assert!(!error.contains(PASSWORD) && !error.contains("p%40ss"), "{error}");
    assert!(job.due_at.is_some(), "it is tried again: the operator can mend it");
    assert!(smtp.taken().is_empty());
    let heard = smtp.heard();
    let open = heard.iter().filter(|command| !command.starts_with("tls "));
    let told = open.filter(|command| {
        ["AUTH", "MAIL", "RCPT", "DATA"].iter().any(|word| command.starts_with(word))
    });
    assert_eq!(told.count(), 0, "{heard:?}");
}

async fn tls_from_the_first_byte(engine: Engine) {
    let authority = Authority::new();
    for how in ["PLAIN", "LOGIN", "PLAIN LOGIN"] {
        let options = SmtpOptions::default().implicit_tls(&authority, "127.0.0.1");
        let smtp = Smtp::with(options.login(how, USER, PASSWORD), []);
        arrives(&smtp, &server(engine, &smtp, "smtps", Some(&authority)).await).await;
    }
}

async fn tls_after_starttls(engine: Engine) {
    let authority = Authority::new();
    for how in ["PLAIN", "LOGIN"] {
        let options = SmtpOptions::default().start_tls(&authority, "127.0.0.1");
        let smtp = Smtp::with(options.login(how, USER, PASSWORD), []);
        arrives(&smtp, &server(engine, &smtp, "smtp", Some(&authority)).await).await;
    }
}

async fn a_wrong_certificate_is_not_believed(engine: Engine) {
    let (authority, other) = (Authority::new(), Authority::new());
    for scheme in ["smtps", "smtp"] {
        for (host, trusted) in [
            ("127.0.0.1", Some(&other)),
            ("127.0.0.1", None),
            ("mail.example.org", Some(&authority)),
        ] {
            let options = SmtpOptions::default().login("PLAIN", USER, PASSWORD);
            let options = match scheme {
                "smtps" => options.implicit_tls(&authority, host),
                _ => options.start_tls(&authority, host),
            };
            let smtp = Smtp::with(options, []);
            fails(
                &smtp,
                &server(engine, &smtp, scheme, trusted).await,
                &["certificate", "mail.ca_file"],
            )
            .await;
        }
    }
}

async fn a_wrong_password_is_told(engine: Engine) {
    let authority = Authority::new();
    for how in ["PLAIN", "LOGIN"] {
        let options = SmtpOptions::default().implicit_tls(&authority, "127.0.0.1");
        let smtp = Smtp::with(options.login(how, USER, "another"), []);
        fails(
            &smtp,
            &server(engine, &smtp, "smtps", Some(&authority)).await,
            &["535", "wrong password", "mail.smtp"],
        )
        .await;
    }
    let options = SmtpOptions::default().implicit_tls(&authority, "127.0.0.1");
    let smtp = Smtp::with(options.login("CRAM-MD5", USER, PASSWORD), []);
    fails(&smtp, &server(engine, &smtp, "smtps", Some(&authority)).await, &["PLAIN, LOGIN"]).await;
}

async fn without_tls_nothing_is_said(engine: Engine) {
    let plain = SmtpOptions::default().login("PLAIN", USER, PASSWORD);
    let smtp = Smtp::with(plain.clone(), []);
    fails(&smtp, &server(engine, &smtp, "smtp", None).await, &["STARTTLS", "tls=none"]).await;
    let smtp = Smtp::with(plain.clone().broken_start_tls(), []);
    fails(&smtp, &server(engine, &smtp, "smtp", None).await, &["454"]).await;
    let smtp = Smtp::with(plain, []);
    fails(&smtp, &server(engine, &smtp, "smtps", None).await, &[]).await;
}

super::on_both! {
    tls_from_the_first_byte tls_after_starttls a_wrong_certificate_is_not_believed a_wrong_password_is_told
    without_tls_nothing_is_said
}
