//! Files: uploading, listing, downloading, removing.

use super::{Http, accepted, read};
use crate::Error;
use bytes::Bytes;
use chinwag_wire::{File, FileId, OwnFile, Page};
use reqwest::Method;

impl Http {
    /// Uploads a file that is at hand. It is one's own alone until a message of one's own attaches it.
    ///
    /// # Errors
    /// Refused: `too_large`, `quota_reached`, `too_many_uploads`, `picture_unreadable`, `picture_too_large`, `invalid`.
    pub async fn upload(&self, name: &str, bytes: impl Into<Bytes>) -> Result<File, Error> {
        let path = super::with_query("/v1/files", &[("name", Some(name.to_owned()))]);
        read(self.request(Method::POST, &path).body(bytes.into())).await
    }

    /// A page of one's own files, newest first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn files(&self, cursor: Option<&str>) -> Result<Page<OwnFile>, Error> {
        self.get("/v1/files", &[("cursor", cursor.map(str::to_owned))]).await
    }

    /// A whole file.
    ///
    /// # Errors
    /// Refused: `file_not_found`.
    pub async fn download(&self, id: FileId) -> Result<Bytes, Error> {
        let response = accepted(self.request(Method::GET, &format!("/v1/files/{id}"))).await?;
        Ok(response.bytes().await?)
    }

    /// A whole preview of a picture, by its longer side in pixels.
    ///
    /// # Errors
    /// Refused: `file_not_found`.
    pub async fn download_preview(&self, id: FileId, side: u32) -> Result<Bytes, Error> {
        let path = format!("/v1/files/{id}/previews/{side}");
        Ok(accepted(self.request(Method::GET, &path)).await?.bytes().await?)
    }

    /// Removes a file of one's own that belongs to no message.
    ///
    /// # Errors
    /// Refused: `file_not_found`, `file_attached`.
    pub async fn remove_file(&self, id: FileId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/files/{id}"))).await
    }
}
