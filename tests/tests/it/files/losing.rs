//! Whoever loses a file or a session while a download is under way gets no more of it.

use super::{everywhere, with_files};
use chinwag_testkit::{TestServer, User, soon, wire::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

/// More than all buffers between server and reader hold.
const SIZE: usize = 24 << 20;

/// A download by someone who takes in little at a time, and has only begun.
async fn begun(server: &TestServer, user: &User, file: FileId) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let token = &user.credentials.access_token;
    let head = format!(
        "GET /v1/files/{file} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 1024];
    stream.read_exact(&mut first).await.unwrap();
    assert!(first.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first));
    stream
}

/// How many bytes are still to be had.
async fn rest(mut stream: TcpStream) -> usize {
    let mut bytes = Vec::new();
    // Cut off, it ends with a reset or without one.
    let _ = soon("the download ends", stream.read_to_end(&mut bytes)).await;
    bytes.len()
}

everywhere! {
    async fn a_download_ends_with_the_right_to_it(server) {
        let [ada, bob, carol, dora] = server.users(["ada", "bob", "carol", "dora"]).await;
        let group = ada.group("g", &[&bob, &carol, &dora]).await;
        let file = ada.http.upload("large.bin", vec![7; SIZE]).await.unwrap().id;
        let sent = ada.http.send(group, &with_files("large", &[file])).await.unwrap();

        let (removed, ended, stays) =
            (begun(&server, &bob, file).await, begun(&server, &carol, file).await, begun(&server, &dora, file).await);
        ada.http.remove_member(group, bob.id()).await.unwrap();
        carol.http.sign_out().await.unwrap();
        assert!(rest(removed).await < SIZE - (2 << 20), "the removed got almost all of it");
        assert!(rest(ended).await < SIZE - (2 << 20), "the signed out got almost all of it");
        assert!(rest(stays).await > SIZE - 1024, "who stays gets the rest");

        let deleted = begun(&server, &dora, file).await;
        ada.http.delete(group, sent.seq).await.unwrap();
        assert!(rest(deleted).await < SIZE - (2 << 20), "of what is deleted nobody gets the rest");
    }
}
