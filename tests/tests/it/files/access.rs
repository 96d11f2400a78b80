//! No file is readable by someone who may not read its message: every state of a file, everybody who could ask,
//! every way to ask, from one table. Whoever may not is answered as if there were no such file.

use super::{everywhere, jpeg, with_files};
use chinwag_testkit::{TestServer, User, client::Http, wire::*};
use reqwest::{Method, Response, header};
use uuid::Uuid;

/// One letter for each of `PEOPLE`: y may have it, n may not. The blocked member and the uploader have a block
/// between them by the time they ask: what was written before it stays readable, as the messages do.
const TABLE: [(&str, &str); 9] = [
    ("attached to nothing", "ynnnnnn"),
    ("in a group", "yynnynn"),
    ("in a group its sender has left", "nynnynn"),
    ("in a direct conversation", "yynnnnn"),
    ("in a direct conversation with the blocked", "ynnnynn"),
    ("in a closed room", "yynyynn"),
    ("in a room that lets guests read", "yyyyyyy"),
    ("in a deleted message", "nnnnnnn"),
    ("removed", "nnnnnnn"),
];
const PEOPLE: [&str; 7] =
    ["uploader", "member", "former member", "newcomer", "blocked member", "stranger", "guest"];

struct World {
    ada: User,
    member: User,
    former: User,
    newcomer: User,
    blocked: User,
    stranger: User,
    guest: Http,
}

impl World {
    async fn new(server: &TestServer) -> Self {
        let [ada, member, former, newcomer, blocked, stranger] =
            server.users(["ada", "member", "former", "newcomer", "blocked", "stranger"]).await;
        Self { ada, member, former, newcomer, blocked, stranger, guest: server.http() }
    }

    fn everybody(&self) -> [&Http; 7] {
        let Self { ada, member, former, newcomer, blocked, stranger, guest } = self;
        let [a, b, c, d, e, f] =
            [ada, member, former, newcomer, blocked, stranger].map(|user| &user.http);
        [a, b, c, d, e, f, guest]
    }

    /// A picture of ada's in this conversation.
    async fn send(&self, conversation: ConversationId) -> (File, i64) {
        let file = self.ada.http.upload("cat.jpg", jpeg(400, 300)).await.unwrap();
        let body = with_files(&file.id.to_string(), &[file.id]);
        (file, self.ada.http.send(conversation, &body).await.unwrap().seq)
    }

    /// Everybody in it, a picture sent, the former member removed, the newcomer added after.
    async fn peopled(&self, conversation: ConversationId) -> (File, i64) {
        for user in [&self.member, &self.former, &self.blocked] {
            self.ada.http.add_member(conversation, user.id(), None).await.unwrap();
        }
        let sent = self.send(conversation).await;
        self.ada.http.remove_member(conversation, self.former.id()).await.unwrap();
        self.ada.http.add_member(conversation, self.newcomer.id(), None).await.unwrap();
        sent
    }

    async fn file(&self, state: &str) -> File {
        let Self { ada, member, blocked, .. } = self;
        match state {
            "attached to nothing" => ada.http.upload("cat.jpg", jpeg(400, 300)).await.unwrap(),
            "in a group" => self.peopled(ada.group("g", &[]).await).await.0,
            "in a group its sender has left" => {
                let group = ada.group("left", &[]).await;
                let (file, _) = self.peopled(group).await;
                ada.http.change_role(group, member.id(), Role::Owner).await.unwrap();
                ada.http.leave(group).await.unwrap();
                file
            }
            "in a direct conversation" => self.send(ada.direct(member).await).await.0,
            "in a direct conversation with the blocked" => {
                self.send(ada.direct(blocked).await).await.0
            }
            "in a closed room" => self.peopled(ada.room("closed", false).await).await.0,
            "in a room that lets guests read" => self.peopled(ada.room("open", true).await).await.0,
            "in a deleted message" => {
                let group = ada.group("deleted", &[]).await;
                let (file, seq) = self.peopled(group).await;
                ada.http.delete(group, seq).await.unwrap();
                file
            }
            "removed" => {
                let file = ada.http.upload("cat.jpg", jpeg(400, 300)).await.unwrap();
                ada.http.remove_file(file.id).await.unwrap();
                file
            }
            other => panic!("no state {other}"),
        }
    }
}

/// A way to ask for a file: method, path behind the file's, a header, and the status where one may.
type Way = (Method, &'static str, Option<(header::HeaderName, String)>, u16);

/// Every way.
fn ways(file: &File) -> Vec<Way> {
    let tag = format!("\"{}\"", file.sha256);
    let preview_tag = format!("\"{}-320\"", file.sha256);
    vec![
        (Method::GET, "", None, 200),
        (Method::HEAD, "", None, 200),
        (Method::GET, "", Some((header::RANGE, "bytes=0-3".into())), 206),
        (Method::GET, "", Some((header::RANGE, "bytes=99999999-".into())), 416),
        (Method::GET, "", Some((header::IF_NONE_MATCH, tag.clone())), 304),
        (Method::HEAD, "", Some((header::IF_NONE_MATCH, tag)), 304),
        (Method::GET, "", Some((header::IF_NONE_MATCH, "*".into())), 304),
        (Method::GET, "/previews/320", None, 200),
        (Method::HEAD, "/previews/1280", None, 200),
        (Method::GET, "/previews/320", Some((header::RANGE, "bytes=-1".into())), 206),
        (Method::GET, "/previews/320", Some((header::IF_NONE_MATCH, preview_tag)), 304),
    ]
}

async fn ask(http: &Http, id: FileId, (method, path, extra, _): &Way) -> Response {
    let request = http.request(method.clone(), &format!("/v1/files/{id}{path}"));
    let request = request.header("x-request-id", "same");
    let request = match extra {
        Some((name, value)) => request.header(name, value),
        None => request,
    };
    request.send().await.unwrap()
}

/// What an answer shows, but for the time and what is left of the limit.
async fn shown(answer: Response) -> (u16, Vec<String>, Vec<u8>) {
    let differs = ["date", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    let headers = answer.headers().iter().filter(|(name, _)| !differs.contains(&name.as_str()));
    let mut headers: Vec<String> =
        headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    (answer.status().as_u16(), headers, answer.bytes().await.unwrap().to_vec())
}

everywhere! {
    async fn a_file_is_as_readable_as_its_message(server) {
        let world = World::new(&server).await;
        let absent = FileId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        for (state, row) in TABLE {
            let file = world.file(state).await;
            world.ada.http.block(world.blocked.id()).await.unwrap();
            for ((who, http), letter) in PEOPLE.iter().zip(world.everybody()).zip(row.chars()) {
                for way in ways(&file) {
                    let answer = shown(ask(http, file.id, &way).await).await;
                    let told = format!("{state}, {who}: {way:?}");
                    if letter == 'y' {
                        assert_eq!(answer.0, way.3, "{told}");
                        continue;
                    }
                    assert_eq!(answer.0, 404, "{told}");
                    assert_eq!(answer, shown(ask(http, absent, &way).await).await, "{told}");
                }
            }
            world.ada.http.unblock(world.blocked.id()).await.unwrap();
        }
    }
}
