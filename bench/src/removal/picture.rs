//! A picture to attach: grey, and large enough that smaller ones are made of it.

use anyhow::Result;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write as _;

/// Pixels of a side.
const SIDE: u32 = 400;

/// A PNG (ISO/IEC 15948) of one grey; the same number gives the same bytes.
///
/// # Errors
/// Never in practice: the writer is memory.
pub fn png(number: u32) -> Result<Vec<u8>> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let [width, height] = [SIDE.to_be_bytes(), SIDE.to_be_bytes()];
    // Eight bits of grey, no filter, not interlaced.
    chunk(&mut png, b"IHDR", &[&width[..], &height[..], &[8, 0, 0, 0, 0]].concat());
    chunk(&mut png, b"tEXt", format!("Comment\0{number}").as_bytes());
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    let line = [&[0_u8][..], &[(number % 256) as u8; SIDE as usize][..]].concat();
    for _ in 0..SIDE {
        pixels.write_all(&line)?;
    }
    chunk(&mut png, b"IDAT", &pixels.finish()?);
    chunk(&mut png, b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}
