//! Files: taken in, attached, given to those who may read their message and to nobody else, and let go.
//! On both engines with a directory, and once more with a bucket.

mod access;
mod losing;
mod pictures;
mod ranges;
mod resuming;
mod sending;
mod sweeping;
mod uploading;

use chinwag_testkit::{User, text_message, wire::*};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// As `both_engines!`, and once more with the files in a bucket.
macro_rules! everywhere {
    ($($(#[doc = $doc:literal])* async fn $name:ident($server:ident) $(with $change:expr =>)? $body:block)*) => {$(
        $(#[doc = $doc])*
        async fn $name($server: chinwag_testkit::TestServer) $body

        mod $name {
            use chinwag_testkit::{Engine, Settings, TestServer};

            fn change(_settings: &mut Settings) {
                $(let change: fn(&mut Settings) = $change; change(_settings);)?
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(TestServer::with(Engine::Sqlite, change).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(TestServer::with(Engine::Postgres, change).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn bucket() {
                super::$name(TestServer::with_bucket(Engine::Sqlite, change).await).await;
            }
        }
    )*};
}
pub(crate) use everywhere;

/// A JPEG of this size.
pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 77]));
    picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// A message with these files.
fn with_files(client_id: &str, files: &[FileId]) -> SendMessage {
    let content = Content::Text(String::new());
    SendMessage { content, attachments: files.to_vec(), ..text_message(Some(client_id), "") }
}

/// Uploads a text and sends it; answers the file and the number of its message.
async fn send_file(user: &User, conversation: ConversationId, text: &str) -> (File, i64) {
    let file = user.http.upload("notes.txt", text.to_owned()).await.unwrap();
    let sent = user.http.send(conversation, &with_files(&file.id.to_string(), &[file.id])).await;
    (file, sent.unwrap().seq)
}

/// The code something was refused with.
fn refused<T: std::fmt::Debug>(outcome: Result<T, chinwag_testkit::client::Error>) -> Code {
    match outcome {
        Err(chinwag_testkit::client::Error::Refused(problem)) => problem.code,
        other => panic!("refused, not {other:?}"),
    }
}
