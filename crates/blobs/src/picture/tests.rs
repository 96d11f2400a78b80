//! Pictures as they come, honest and hostile.

use super::*;
use image::{Rgb, RgbImage, Rgba, RgbaImage};

const LIMITS: PictureLimits =
    PictureLimits { pixels: 1_000_000, side: 4_096, memory: 64 * 1024 * 1024 };

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture =
        RgbImage::from_fn(width, height, |x, _| Rgb([if x < width / 2 { 250 } else { 5 }; 3]));
    picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbaImage::from_pixel(width, height, Rgba([9, 9, 9, 128]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

/// The same JPEG with an EXIF block that says how it was held.
fn turned(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
        &[orientation, 0, 0, 0, 0, 0, 0],
    ];
    let block = [b"Exif\0\0".as_slice(), &tiff.concat()].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &block, &jpeg[2..]].concat()
}

#[test]
fn previews_keep_the_shape_and_are_never_larger() {
    let (size, made) = previews(&jpeg(800, 400), &[320, 1280], LIMITS).unwrap();
    assert_eq!(size, Size { width: 800, height: 400 });
    let sizes: Vec<_> =
        made.iter().map(|preview| (preview.size.width, preview.size.height)).collect();
    assert_eq!(sizes, [(320, 160), (800, 400)]);
    assert!(made.iter().all(|preview| preview.media_type == "image/jpeg"));
    assert!(made.iter().all(|preview| image::load_from_memory(&preview.bytes).is_ok()));
}

#[test]
fn what_shines_through_stays_so() {
    let (_, made) = previews(&png(40, 40), &[20], LIMITS).unwrap();
    assert_eq!(made[0].media_type, "image/png");
    let alpha = image::load_from_memory(&made[0].bytes).unwrap().to_rgba8().get_pixel(3, 3)[3];
    assert_eq!(alpha, 128);
}

#[test]
fn pictures_stand_upright_and_lose_what_else_the_file_held() {
    let held = turned(&jpeg(100, 50), 6);
    let (size, made) = previews(&held, &[1280], LIMITS).unwrap();
    assert_eq!(size, Size { width: 50, height: 100 });
    assert!(!made[0].bytes.windows(4).any(|part| part == b"Exif"));
    let picture = image::load_from_memory(&made[0].bytes).unwrap().to_luma8();
    // Held with its left side up: what was on the left is at the top.
    assert!(picture.get_pixel(25, 10)[0] > 200 && picture.get_pixel(25, 90)[0] < 50);
}

#[test]
fn cuts_are_of_the_middle() {
    let portrait = Cut { size: Size { width: 413, height: 531 }, exact: true, opaque: true };
    let wanted = [Cut::square(64), Cut::square(256), portrait];
    let sizes = |bytes: &[u8]| -> Vec<_> {
        let made = cuts(bytes, &wanted, LIMITS).unwrap();
        made.iter().map(|cut| (cut.size.width, cut.size.height)).collect()
    };
    assert_eq!(sizes(&turned(&jpeg(300, 100), 6)), [(64, 64), (100, 100), (413, 531)]);
    assert_eq!(sizes(&jpeg(900, 300)), [(64, 64), (256, 256), (413, 531)]);
    let made = cuts(&png(40, 40), &wanted, LIMITS).unwrap();
    let kinds: Vec<_> = made.iter().map(|cut| cut.media_type).collect();
    assert_eq!(kinds, ["image/png", "image/png", "image/jpeg"]);
    let white = image::load_from_memory(&made[2].bytes).unwrap().to_rgb8();
    assert!(
        white.get_pixel(200, 200).0.iter().all(|colour| (120..=145).contains(colour)),
        "half of it shines through"
    );
}

#[test]
fn cuts_stand_upright() {
    let tall = Cut { size: Size { width: 50, height: 100 }, exact: true, opaque: true };
    let made = cuts(&turned(&jpeg(100, 50), 6), &[tall], LIMITS).unwrap();
    let picture = image::load_from_memory(&made[0].bytes).unwrap().to_luma8();
    assert_eq!((picture.width(), picture.height()), (50, 100));
    assert!(picture.get_pixel(25, 10)[0] > 200 && picture.get_pixel(25, 90)[0] < 50);
}

#[test]
fn too_many_pixels_are_refused_before_they_are_decoded() {
    assert_eq!(previews(&png(2_000, 600), &[10], LIMITS), Err(PictureError::TooLarge));
    assert_eq!(previews(&png(5_000, 1), &[10], LIMITS), Err(PictureError::TooLarge));
    // A head that promises four thousand million pixels, and nothing behind it.
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert!(previews(&bomb, &[10], LIMITS).is_err());
}

#[test]
fn what_cannot_be_read_is_refused() {
    let whole = jpeg(64, 64);
    for bytes in [
        &b""[..],
        b"not a picture",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        &whole[..20],
    ] {
        assert!(
            matches!(previews(bytes, &[10], LIMITS), Err(PictureError::Unreadable(_))),
            "{bytes:?}"
        );
    }
}
