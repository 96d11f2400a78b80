//! The store: a directory whose writes are durable when they are answered, or an S3-compatible bucket.

use crate::{Error, media_type::HEAD};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ClientOptions, GetOptions, GetRange, GetResult, GetResultPayload, ObjectStore,
    ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem,
    memory::InMemory, path::Path as Name,
};
use std::{fmt, io::SeekFrom, ops::Range, path::Path, sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

/// Bytes as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes, Error>>;

/// Bytes read from a file at a time.
const READ: usize = 64 * 1024;
/// A part written to a file at a time.
const FILE_PART: usize = 256 * 1024;
/// A part sent to a bucket at a time; S3 takes no smaller ones but the last.
const BUCKET_PART: usize = 5 * 1024 * 1024;

/// A place for blobs. Clones are the same place.
#[derive(Clone)]
pub struct Blobs {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// How much is gathered before it is written.
    pub(crate) part: usize,
}

/// An S3-compatible bucket.
#[derive(Clone)]
pub struct Bucket {
    /// URL of the service; empty for AWS itself.
    pub endpoint: String,
    /// The bucket's name. It must be there.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Access key id; empty: from the environment of the machine, as AWS does it.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
}

impl Blobs {
    /// Blobs in a directory, made where it is missing. Every write is flushed, renamed into place, and its
    /// directory flushed. The directory belongs to one server: what an earlier one left half-written is removed.
    ///
    /// # Errors
    /// The directory cannot be made or read.
    pub fn directory(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path)?;
        remove_half_written(path)?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), part: FILE_PART })
    }

    /// Blobs in a bucket.
    ///
    /// # Errors
    /// What is said of the bucket cannot be right; nothing is sent yet.
    pub fn bucket(bucket: &Bucket) -> Result<Self, Error> {
        // A download takes as long as its reader does; what must answer soon is timed by `patiently`.
        let client = ClientOptions::new().with_timeout_disabled().with_connect_timeout(CONNECTING);
        let retry =
            RetryConfig { max_retries: 3, retry_timeout: PATIENCE / 2, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_client_options(client)
            .with_retry(retry);
        if !bucket.endpoint.is_empty() {
            let plain = bucket.endpoint.starts_with("http://");
            builder = builder.with_endpoint(&bucket.endpoint).with_allow_http(plain);
        }
        if !bucket.access_key.is_empty() {
            builder = builder
                .with_access_key_id(&bucket.access_key)
                .with_secret_access_key(&bucket.secret_key);
        }
        Ok(Self { store: Arc::new(builder.build()?), part: BUCKET_PART })
    }

    /// Blobs in memory, for trying things out: all of them are gone with the last handle.
    pub fn memory() -> Self {
        Self { store: Arc::new(InMemory::new()), part: FILE_PART }
    }

    /// Stores a few bytes that are at hand.
    ///
    /// # Errors
    /// `Full`, `Unavailable`.
    pub async fn put_bytes(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        patiently(self.store.put(&Name::from(name), bytes.into())).await?;
        Ok(())
    }

    /// The bytes of a blob, or some of them, as they are read.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`.
    pub async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<ByteStream, Error> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = patiently(self.store.get_opts(&Name::from(name), options)).await?;
        stream(found).await
    }

    /// The bytes of a blob at once, if they are no more than `most`.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`; also where there are more.
    pub async fn get_bytes(&self, name: &str, most: u64) -> Result<Bytes, Error> {
        let found = patiently(self.store.get(&Name::from(name))).await?;
        if found.meta.size > most {
            return Err(Error::Unavailable(format!("{name} has {} bytes", found.meta.size)));
        }
        let mut bytes = Vec::with_capacity(found.meta.size as usize);
        let mut stream = stream(found).await?;
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    /// The first bytes of a blob, enough to tell what it is.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`.
    pub async fn head(&self, name: &str) -> Result<Bytes, Error> {
        let range = Some(GetRange::Bounded(0..HEAD as u64));
        let options = GetOptions { range, ..GetOptions::default() };
        let found = patiently(self.store.get_opts(&Name::from(name), options)).await?;
        Ok(found.bytes().await?)
    }

    /// Deletes a blob. Deleting none is fine.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        match patiently(self.store.delete(&Name::from(name))).await {
            Err(Error::NotFound) => Ok(()),
            other => other,
        }
    }

    /// The names of all blobs below a prefix of whole parts (`files` for `files/…`), in no order.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<String, Error>> {
        let names = self.store.list(Some(&Name::from(prefix)));
        names.map_ok(|found| found.location.to_string()).map_err(Error::from).boxed()
    }
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blobs({})", self.store)
    }
}

/// Longest time to connect to a bucket.
const CONNECTING: Duration = Duration::from_secs(5);
/// Longest time one request may take to be answered, its repetitions included.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the store answers, if it does so in time.
pub(crate) async fn patiently<T>(
    asked: impl Future<Output = object_store::Result<T>>,
) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::Unavailable(format!("no answer within {PATIENCE:?}"))),
    }
}

/// A file is read in larger pieces than the library would.
async fn stream(found: GetResult) -> Result<ByteStream, Error> {
    let range = found.range.clone();
    match found.payload {
        GetResultPayload::File(file, _) => {
            let mut file = tokio::fs::File::from_std(file);
            file.seek(SeekFrom::Start(range.start)).await?;
            let part = file.take(range.end - range.start);
            Ok(ReaderStream::with_capacity(part, READ).map_err(Error::from).boxed())
        }
        GetResultPayload::Stream(stream) => Ok(stream.map_err(Error::from).boxed()),
    }
}

/// Files on their way into place end in `#` and a number; after a crash nobody finishes them.
fn remove_half_written(directory: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
        if entry.file_type()?.is_dir() {
            remove_half_written(&path)?;
        } else if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
