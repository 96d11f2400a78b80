//! Storing a blob as it arrives: never more of it in memory than a part, never more of it stored than
//! is allowed, and its digest taken on the way.

use crate::{Blobs, Error, media_type::HEAD, store::patiently};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload, path::Path as Name};
use sha2::{Digest as _, Sha256};
use std::pin::pin;

/// What was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Bytes.
    pub size: u64,
    /// SHA-256 of them.
    pub sha256: [u8; 32],
    /// The first of them, enough to tell what they are.
    pub head: Vec<u8>,
}

/// Why a blob was not stored. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum PutError<E> {
    /// There was more than is allowed.
    #[error("larger than allowed")]
    TooLarge,
    /// The bytes did not arrive to the end.
    #[error("the bytes did not arrive")]
    Source(E),
    /// The store did not take them.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Blobs {
    /// Stores what comes, up to `most` bytes, durably when this answers.
    ///
    /// # Errors
    /// `TooLarge`, `Source` with the error of the stream, `Store`; nothing is kept then.
    pub async fn put<E>(
        &self,
        name: &str,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        most: u64,
    ) -> Result<Stored, PutError<E>> {
        let mut body = pin!(body);
        let mut writing = Writing::new(self, name, most);
        while let Some(chunk) = body.next().await {
            let written = match chunk {
                Ok(chunk) => writing.write(chunk).await,
                Err(error) => Err(PutError::Source(error)),
            };
            if let Err(error) = written {
                writing.give_up().await;
                return Err(error);
            }
        }
        writing.finish().await.map_err(PutError::Store)
    }
}

/// A blob on its way into the store.
struct Writing<'a> {
    blobs: &'a Blobs,
    name: Name,
    left: u64,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    /// Begun once there is more than one part.
    upload: Option<Box<dyn MultipartUpload>>,
    size: u64,
    hash: Sha256,
    head: Vec<u8>,
}

impl<'a> Writing<'a> {
    fn new(blobs: &'a Blobs, name: &str, most: u64) -> Self {
        Self {
            blobs,
            name: Name::from(name),
            left: most,
            waiting: Vec::new(),
            waiting_bytes: 0,
            upload: None,
            size: 0,
            hash: Sha256::new(),
            head: Vec::new(),
        }
    }

    async fn write<E>(&mut self, chunk: Bytes) -> Result<(), PutError<E>> {
        let length = chunk.len() as u64;
        self.left = self.left.checked_sub(length).ok_or(PutError::TooLarge)?;
        self.size += length;
        self.hash.update(&chunk);
        let wanted = HEAD.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..wanted]);
        self.waiting_bytes += chunk.len();
        self.waiting.push(chunk);
        if self.waiting_bytes >= self.blobs.part {
            self.send_part().await?;
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<(), Error> {
        if self.upload.is_none() {
            self.upload = Some(patiently(self.blobs.store.put_multipart(&self.name)).await?);
        }
        let payload = self.payload();
        let upload = self.upload.as_mut().expect("begun above");
        patiently(upload.put_part(payload)).await
    }

    fn payload(&mut self) -> PutPayload {
        self.waiting_bytes = 0;
        // One buffer rather than many: chunks off the network are small, and each would be a write of its own.
        PutPayload::from(std::mem::take(&mut self.waiting).concat())
    }

    async fn finish(mut self) -> Result<Stored, Error> {
        if self.upload.is_none() {
            let payload = self.payload();
            patiently(self.blobs.store.put(&self.name, payload)).await?;
        } else if let Err(error) = self.finish_parts().await {
            self.give_up().await;
            return Err(error);
        }
        Ok(Stored { size: self.size, sha256: self.hash.finalize().into(), head: self.head })
    }

    async fn finish_parts(&mut self) -> Result<(), Error> {
        if self.waiting_bytes > 0 {
            self.send_part().await?;
        }
        let upload = self.upload.as_mut().expect("only called where one was begun");
        patiently(upload.complete()).await?;
        Ok(())
    }

    /// Takes away what was sent. Where that fails, an S3 bucket's rule for unfinished uploads does it.
    async fn give_up(mut self) {
        if let Some(mut upload) = self.upload.take()
            && let Err(error) = patiently(upload.abort()).await
        {
            tracing::warn!(%error, "an unfinished blob could not be taken away");
        }
    }
}
