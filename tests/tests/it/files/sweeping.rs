//! What nobody has any more goes, by the clock; what somebody has stays.

use super::{everywhere, jpeg, refused, send_file, with_files};
use chinwag_testkit::{eventually, wire::*};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

everywhere! {
    async fn files_without_a_message_go_after_a_day(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let (kept, _) = send_file(&ada, pair, "kept").await;
        let lost = ada.http.upload("cat.jpg", jpeg(30, 30)).await.unwrap();
        server.clock.advance(23 * HOUR);
        server.restart().await;
        let ada = ada.another_device().await;
        assert!(ada.http.download(lost.id).await.is_ok(), "a day is not over yet");
        server.clock.advance(2 * HOUR);
        eventually("its bytes are swept", async || server.blobs().len() == 1).await;
        let ada = ada.another_device().await;
        assert_eq!(refused(ada.http.download(lost.id).await), Code::FileNotFound);
        assert_eq!(refused(ada.http.send(pair, &with_files("late", &[lost.id])).await), Code::FileNotFound);
        assert_eq!(ada.http.download(kept.id).await.unwrap(), "kept");
    }

    /// A crash between the bytes and the row leaves bytes that nobody knows: they go, but not while an
    /// upload could still be under way.
    async fn bytes_that_no_row_knows_go_after_an_hour(server) {
        let ada = server.user("ada").await;
        let file = ada.http.upload("a.txt", "known").await.unwrap();
        let known = server.blobs().remove(0);
        // The id of a file tells when it was made: this one was made just before the known one.
        let stray = uuid::Uuid::from_u128(file.id.0.as_u128() ^ 1);
        for folder in ["files", "uploads"] {
            let place = known.parent().unwrap().with_file_name(folder);
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join(format!("{stray}-320")), "stray").unwrap();
        }
        server.restart().await;
        assert_eq!(server.blobs().iter().filter(|blob| blob.ends_with(format!("{stray}-320"))).count(), 2);
        server.clock.advance(HOUR + HOUR / 2);
        eventually("the strays are swept", async || {
            !server.blobs().iter().any(|blob| blob.ends_with(format!("{stray}-320")))
        }).await;
        let ada = ada.another_device().await;
        assert_eq!(ada.http.download(file.id).await.unwrap(), "known");
    }
}
