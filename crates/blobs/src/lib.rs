//! Bytes under a name, in a directory or an S3-compatible bucket, and pictures made small under limits.
//! Knows no product: whose bytes they are, and who may read them, is decided above.

mod error;
mod media_type;
pub mod picture;
mod pictures;
mod put;
mod store;

pub use error::Error;
pub use media_type::media_type;
pub use picture::{Cut, Encoded, PictureError, PictureLimits, Size};
pub use pictures::{Pictures, Turn};
pub use put::{PutError, Stored};
pub use store::{Blobs, Bucket, ByteStream};
