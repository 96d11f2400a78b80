//! What is never logged, however much is.

use crate::serving::Serving;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
};

const PASSWORD: &str = "Teapot7-unspoken";

/// Asks, and gives the answer with its head.
fn ask(server: &Serving, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    let length = body.len();
    let request = format!(
        "{head}Host: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn tokens_and_passwords_are_in_no_log() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let server = Serving::logging(dir.path(), &log);
    let post = |path: &str, body: &str| ask(&server, &format!("POST {path} HTTP/1.1\r\n"), body);
    let body = format!(
        r#"{{"fullName":"Ines Abel","email":"ines@example.org","password":"{PASSWORD}","passwordConfirmation":"{PASSWORD}"}}"#
    );
    assert!(post("/api/v1/auth/signup", &body).contains(" 201 "));
    let body = format!(r#"{{"email":"ines@example.org","password":"{PASSWORD}"}}"#);
    let answer = post("/api/v1/auth/signin", &body);
    let (_, rest) = answer.split_once(r#""accessToken":""#).unwrap_or_else(|| panic!("{answer}"));
    let token = rest.split('"').next().unwrap();
    for (token, path) in
        [(token, "/socket.io/"), ("not.a.token", "/socket.io/"), (token, "/nothing")]
    {
        let query = format!("EIO=4&transport=polling&authorization=bearer%20{token}");
        ask(
            &server,
            &format!(
                "GET {path}?{query} HTTP/1.1\r\nAuthorization: {token}\r\nCookie: token={token}; refresh={token}\r\n"
            ),
            "",
        );
    }
    let (_, status) = server.stop();
    assert!(status.success());
    let logged = fs::read_to_string(log).unwrap();
    assert!(logged.contains("/socket.io"), "requests are logged: {logged}");
    for secret in [token, "not.a.token", "authorization=", PASSWORD, "ines@example.org"] {
        assert!(!logged.contains(secret), "{secret} in {logged}");
    }
}
