//! Files as the rules have them: rooms taken up, rows and bytes in the order that a crash cannot harm.

use crate::rig::{Rig, code, options};
use bytes::Bytes;
use chinwag_blobs::Blobs;
use chinwag_chat::{Actor, Chat, ChatOptions, FileOptions, Part, Viewer};
use chinwag_wire::{
    Code, Content, ConversationId, CreateConversation, File, Kind, Problem, SendMessage,
};
use futures_util::{TryStreamExt as _, stream};
use std::path::Path;

crate::on_both_engines! {
    a_message_that_is_refused_keeps_its_files_free
    what_a_crash_leaves_is_swept
    an_upload_whose_end_a_crash_swallowed_is_finished_when_asked_for
    an_upload_comes_in_so_many_parts_and_no_more
    a_store_that_fails_is_told_and_changes_nothing
}

fn body(
    text: &'static str,
) -> impl futures_util::Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    stream::iter([Ok(Bytes::from_static(text.as_bytes()))])
}

/// The product over the same database, with its files in this directory.
async fn over(rig: &Rig, directory: &Path) -> Chat {
    let files =
        FileOptions { blobs: Blobs::directory(directory).unwrap(), ..FileOptions::default() };
    rig.again(ChatOptions { files, ..options() }).await
}

async fn group(chat: &Chat, actor: &Actor) -> ConversationId {
    let make = CreateConversation {
        kind: Kind::Group,
        account_id: None,
        username: None,
        name: Some("tea".into()),
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    chat.create_conversation(actor, make).await.unwrap().0.id
}

fn with(files: &[&File]) -> SendMessage {
    SendMessage {
        client_id: None,
        content: Content::Text(String::new()),
        subject: None,
        reply_to: None,
        attachments: files.iter().map(|file| file.id).collect(),
    }
}

fn blobs(directory: &Path) -> Vec<String> {
    let folders = std::fs::read_dir(directory).unwrap().map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn a_message_that_is_refused_keeps_its_files_free(rig: Rig) {
    let [ada, bob] = [rig.person("ada").await, rig.person("bob").await];
    let (mine, theirs) = (
        rig.chat.upload(&ada, "a.txt", body("mine")).await.unwrap(),
        rig.chat.upload(&bob, "b.txt", body("theirs")).await.unwrap(),
    );
    let group = group(&rig.chat, &ada).await;
    let refused = rig.chat.send(&ada, group, with(&[&mine, &theirs])).await;
    assert_eq!(code(refused), Some(Code::FileNotFound));
    rig.chat.send(&ada, group, with(&[&mine])).await.expect("it is still free");
    rig.end().await;
}

async fn what_a_crash_leaves_is_swept(rig: Rig) {
    let directory = tempfile::tempdir().unwrap();
    let ada = rig.person("ada").await;
    let chat = over(&rig, directory.path()).await;
    let kept = chat.upload(&ada, "a.txt", body("kept")).await.unwrap();
    let group = group(&chat, &ada).await;
    chat.send(&ada, group, with(&[&kept])).await.unwrap();
    let lost = chat.upload(&ada, "b.txt", body("never sent")).await.unwrap();
    // As if the process had ended between the bytes and the row.
    let known = directory.path().join("files").join(kept.id.to_string());
    let stray = chinwag_wire::FileId(uuid::Uuid::from_u128(kept.id.0.as_u128() ^ 1));
    std::fs::copy(&known, known.with_file_name(stray.to_string())).unwrap();

    assert_eq!(chat.sweep_files().await.unwrap(), 0, "it could still be on its way");
    rig.wait(2 * 60 * 60);
    assert_eq!(chat.sweep_files().await.unwrap(), 1);
    assert_eq!(blobs(directory.path()), [kept.id.to_string(), lost.id.to_string()]);
    rig.wait(24 * 60 * 60);
    chat.sweep_files().await.unwrap();
    assert_eq!(blobs(directory.path()), [kept.id.to_string()]);
    let viewer = Viewer::Account(ada);
    assert_eq!(code(chat.download(&viewer, lost.id, None).await), Some(Code::FileNotFound));
    let download = chat.download(&viewer, kept.id, None).await.unwrap();
    let bytes: Vec<Bytes> = download.read(None).await.unwrap().try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"kept");
    chat.close().await;
    rig.end().await;
}

async fn an_upload_whose_end_a_crash_swallowed_is_finished_when_asked_for(rig: Rig) {
    let directory = tempfile::tempdir().unwrap();
    let ada = rig.person("ada").await;
    let chat = over(&rig, directory.path()).await;
    let upload = chat.begin_upload(&ada, "a.txt", 5).await.unwrap();
    // The store fails while the file is put together: all parts are there, the file is not.
    let files = directory.path().join("files");
    std::fs::create_dir_all(files.join(upload.id.to_string())).unwrap();
    let part = Part { offset: 0, checksum: None };
    let ended = chat.append_to_upload(&ada, upload.id, part, body("hello")).await;
    assert_eq!(code(ended), Some(Code::Unavailable));
    std::fs::remove_dir(files.join(upload.id.to_string())).unwrap();
    let chat_again = over(&rig, directory.path()).await;
    let read = chat_again.read_upload(&ada, upload.id).await.unwrap();
    assert_eq!((read.received, read.size), (5, 5));
    let download = chat_again.download(&Viewer::Account(ada), upload.id, None).await.unwrap();
    assert_eq!((download.size, download.name.as_str()), (5, "a.txt"));
    assert_eq!(blobs(directory.path()), [upload.id.to_string()], "its parts are gone");
    chat.close().await;
    chat_again.close().await;
    rig.end().await;
}

async fn an_upload_comes_in_so_many_parts_and_no_more(rig: Rig) {
    let ada = rig.person("ada").await;
    let upload = rig.chat.begin_upload(&ada, "a.txt", 1_000).await.unwrap();
    let append = async |offset| {
        let part = Part { offset, checksum: None };
        rig.chat.append_to_upload(&ada, upload.id, part, body("x")).await
    };
    for offset in 0..500 {
        append(offset).await.unwrap();
    }
    assert_eq!(code(append(500).await), Some(Code::Invalid));
    assert_eq!(rig.chat.read_upload(&ada, upload.id).await.unwrap().received, 500);
    rig.end().await;
}

async fn a_store_that_fails_is_told_and_changes_nothing(rig: Rig) {
    let directory = tempfile::tempdir().unwrap();
    let ada = rig.person("ada").await;
    let chat = over(&rig, directory.path()).await;
    // A file where the folder must be: nothing can be stored.
    std::fs::write(directory.path().join("files"), "in the way").unwrap();
    assert_eq!(code(chat.upload(&ada, "a.txt", body("a")).await), Some(Code::Unavailable));
    std::fs::remove_file(directory.path().join("files")).unwrap();
    assert_eq!(chat.files(&ada, None, None).await.unwrap().items, []);
    let file = chat.upload(&ada, "a.txt", body("a")).await.unwrap();
    std::fs::remove_file(directory.path().join("files").join(file.id.to_string())).unwrap();
    let download = chat.download(&Viewer::Account(ada), file.id, None).await.unwrap();
    assert_eq!(code(download.read(None).await.map(drop)), Some(Code::FileNotFound));
    chat.close().await;
    rig.end().await;
}
