//! Pictures made small: JPEG, PNG, WebP and GIF, looked at before they are decoded, turned upright, and
//! written anew, so that nothing of the original but its look remains.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType, metadata::Orientation,
};
use std::io::Cursor;

/// How far a JPEG is compressed, of 100.
const QUALITY: u8 = 82;

/// What a picture may cost to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    /// Most pixels.
    pub pixels: u64,
    /// Most pixels along one side.
    pub side: u32,
    /// Most bytes that decoding may take.
    pub memory: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { pixels: 50_000_000, side: 16_384, memory: 512 * 1024 * 1024 }
    }
}

/// How large a picture is when it stands upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A picture that we wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// `image/jpeg`, or `image/png` where something shines through.
    pub media_type: &'static str,
    /// How large it is.
    pub size: Size,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a picture of a kind we read, or damaged.
    #[error("the picture cannot be read: {0}")]
    Unreadable(String),
    /// More pixels than allowed.
    #[error("the picture has too many pixels")]
    TooLarge,
    /// Too many pictures wait already.
    #[error("too many pictures are waiting")]
    Busy,
}

/// Whether this media type is a picture of a kind that can be made small.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp" | "image/gif")
}

/// How large the picture is, and one preview for each of `sides`: that many pixels along its longer side,
/// never more than the original has. Only the first frame of what moves.
///
/// # Errors
/// `Unreadable`, `TooLarge`.
pub fn previews(
    bytes: &[u8],
    sides: &[u32],
    limits: PictureLimits,
) -> Result<(Size, Vec<Encoded>), PictureError> {
    let (picture, orientation) = decode(bytes, limits)?;
    let size = upright(size(&picture), orientation);
    let preview = |side: &u32| {
        let mut small = fit(&picture, *side);
        small.apply_orientation(orientation);
        encode(&small)
    };
    Ok((size, sides.iter().map(preview).collect::<Result<_, _>>()?))
}

/// What a picture is cut to: its middle, in these proportions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// How large it becomes.
    pub size: Size,
    /// Whether a smaller picture is made as large; otherwise it is never larger than the original.
    pub exact: bool,
    /// Whether it is JPEG whatever the original is: what shines through is white then.
    pub opaque: bool,
}

impl Cut {
    /// A square with this side, or the largest there is.
    pub const fn square(side: u32) -> Self {
        Self { size: Size { width: side, height: side }, exact: false, opaque: false }
    }

    /// How large it becomes, of a picture that stands upright.
    fn of(self, picture: Size) -> Size {
        if self.exact {
            return self.size;
        }
        let [width, height] = [self.size.width, self.size.height].map(u64::from);
        let widest = u64::from(picture.height) * width / height;
        let fits = width.min(picture.width.into()).min(widest).max(1);
        let narrowed = |length: u64| u32::try_from(length).unwrap_or(u32::MAX);
        Size { width: narrowed(fits), height: narrowed((fits * height / width).max(1)) }
    }
}

/// The picture once for each of `cuts`.
///
/// # Errors
/// `Unreadable`, `TooLarge`.
pub fn cuts(
    bytes: &[u8],
    cuts: &[Cut],
    limits: PictureLimits,
) -> Result<Vec<Encoded>, PictureError> {
    let (picture, orientation) = decode(bytes, limits)?;
    let standing = upright(size(&picture), orientation);
    let cut = |cut: &Cut| {
        // Cut as it lies, then turned.
        let Size { width, height } = upright(cut.of(standing), orientation);
        let mut made = picture.resize_to_fill(width, height, FilterType::Triangle);
        made.apply_orientation(orientation);
        encode(&if cut.opaque { on_white(made) } else { made })
    };
    cuts.iter().map(cut).collect()
}

/// The same with white behind what shines through.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let picture = picture.into_rgba8();
    let flat = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let over = |colour: u32| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([over(red), over(green), over(blue)])
    });
    flat.into()
}

/// Judges by the head of the file, then decodes.
fn decode(
    bytes: &[u8],
    limits: PictureLimits,
) -> Result<(DynamicImage, Orientation), PictureError> {
    let format = image::guess_format(bytes).map_err(unreadable)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut most = Limits::default();
    (most.max_image_width, most.max_image_height) = (Some(limits.side), Some(limits.side));
    most.max_alloc = Some(limits.memory);
    reader.limits(most);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels || decoder.total_bytes() > limits.memory
    {
        return Err(PictureError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Unreadable("it has no pixels".to_owned()));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(unreadable)?, orientation))
}

fn unreadable(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        error => PictureError::Unreadable(error.to_string()),
    }
}

fn size(picture: &DynamicImage) -> Size {
    Size { width: picture.width(), height: picture.height() }
}

/// The size after turning.
fn upright(Size { width, height }: Size, orientation: Orientation) -> Size {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    match orientation {
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => {
            Size { width: height, height: width }
        }
        _ => Size { width, height },
    }
}

fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    match picture.width() > side || picture.height() > side {
        true => picture.thumbnail(side, side),
        false => picture.clone(),
    }
}

fn encode(picture: &DynamicImage) -> Result<Encoded, PictureError> {
    let mut file = Cursor::new(Vec::new());
    let media_type = if picture.color().has_alpha() {
        picture.to_rgba8().write_to(&mut file, ImageFormat::Png).map_err(unreadable)?;
        "image/png"
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder).map_err(unreadable)?;
        "image/jpeg"
    };
    Ok(Encoded { media_type, size: size(picture), bytes: file.into_inner() })
}

#[cfg(test)]
#[path = "picture/tests.rs"]
mod tests;
