//! Pictures: previews made, lies and bombs refused.

use super::{everywhere, jpeg, refused};
use chinwag_testkit::wire::*;
use image::{GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use reqwest::Method;
use std::io::Cursor;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    GrayImage::from_pixel(width, height, Luma([7])).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

everywhere! {
    async fn previews_are_small_pictures_of_our_own(server) {
        let ada = server.user("ada").await;
        let mut clear = Cursor::new(Vec::new());
        RgbaImage::from_pixel(500, 1000, Rgba([1, 2, 3, 4])).write_to(&mut clear, ImageFormat::Png).unwrap();
        let cases = [
            ("cat.jpg", jpeg(2000, 1000), "image/jpeg", [(320, 160), (1280, 640)]),
            ("clear.png", clear.into_inner(), "image/png", [(160, 320), (500, 1000)]),
        ];
        for (name, bytes, kind, sizes) in cases {
            let file = ada.http.upload(name, bytes).await.unwrap();
            for (side, (width, height)) in file.previews.iter().zip(sizes) {
                let path = format!("/v1/files/{}/previews/{side}", file.id);
                let answer = ada.http.request(Method::GET, &path).send().await.unwrap();
                assert_eq!(answer.headers()["content-type"], kind);
                assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("inline"));
                let length = answer.content_length();
                let preview = answer.bytes().await.unwrap();
                assert_eq!(length, Some(preview.len() as u64));
                let picture = image::load_from_memory(&preview).unwrap();
                assert_eq!((picture.width(), picture.height()), (width, height));
            }
            for path in ["321", "0", "99999999999", "x", "-1"] {
                let path = format!("/v1/files/{}/previews/{path}", file.id);
                let status = ada.http.request(Method::GET, &path).send().await.unwrap().status();
                assert!(status == 404 || status == 400, "{path}: {status}");
            }
        }
        let text = ada.http.upload("a.txt", "not a picture").await.unwrap();
        let path = format!("/v1/files/{}/previews/320", text.id);
        assert_eq!(ada.http.request(Method::GET, &path).send().await.unwrap().status(), 404);
    }

    async fn bombs_and_broken_pictures_are_refused_and_leave_nothing(server)
        with |settings| settings.files.most_megapixels = 4 =>
    {
        let ada = server.user("ada").await;
        // A few kilobytes that would be nine megapixels; a side beyond every limit; a head that lies.
        let bomb = png(3_000, 3_000);
        assert!(bomb.len() < 100_000, "it is small until it is decoded");
        let mut lying = png(10, 10);
        lying[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
        let mut cut = jpeg(300, 300);
        cut.truncate(40);
        let broken = [
            ("bomb.png", bomb, vec![Code::PictureTooLarge]),
            ("wide.png", png(20_000, 1), vec![Code::PictureTooLarge]),
            ("lying.png", lying, vec![Code::PictureTooLarge, Code::PictureUnreadable]),
            ("cut.jpg", cut, vec![Code::PictureUnreadable]),
            ("bare.gif", b"GIF89a".to_vec(), vec![Code::PictureUnreadable]),
            ("bare.png", b"\x89PNG\r\n\x1a\n".to_vec(), vec![Code::PictureUnreadable]),
            ("text.webp", b"RIFF\x10\0\0\0WEBPVP8 \xff\xff\xff\xff".to_vec(), vec![Code::PictureUnreadable]),
        ];
        for (name, bytes, codes) in broken {
            let code = refused(ada.http.upload(name, bytes).await);
            assert!(codes.contains(&code), "{name}: {code:?}");
        }
        assert!(server.blobs().is_empty(), "{:?}", server.blobs());
        assert_eq!(ada.http.files(None).await.unwrap().items, []);
        let fine = ada.http.upload("fine.png", png(2_000, 2_000)).await.unwrap();
        assert_eq!((fine.width, fine.height), (Some(2_000), Some(2_000)));
    }
}
