//! An S3-compatible service on a real port, over a directory of its own: what a server that keeps files in a
//! bucket talks to.

use chinwag_server::Settings;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::{net::SocketAddr, path::PathBuf};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

/// The bucket there is, and the keys it asks for.
const NAME: &str = "chinwag";
const ACCESS_KEY: &str = "tester";
const SECRET_KEY: &str = "a key for tests and nothing else";

/// A bucket, until it is dropped.
pub struct Bucket {
    address: SocketAddr,
    directory: TempDir,
    serving: JoinHandle<()>,
}

impl Bucket {
    /// Starts the service with an empty bucket.
    pub async fn start() -> Self {
        let directory = TempDir::with_prefix("chinwag-bucket-").expect("a directory can be made");
        std::fs::create_dir(directory.path().join(NAME)).expect("and one in it");
        let store = FileSystem::new(directory.path()).expect("it can be read");
        let mut service = S3ServiceBuilder::new(store);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let http = Builder::new(TokioExecutor::new());
                    // A client that hangs up is none of our business.
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, directory, serving }
    }

    /// Makes a server keep its files here.
    pub fn settle(&self, settings: &mut Settings) {
        settings.files.bucket = NAME.to_owned();
        settings.files.endpoint = format!("http://{}", self.address);
        settings.files.access_key = ACCESS_KEY.to_owned();
        settings.files.secret_key = SECRET_KEY.to_owned();
    }

    /// Where what it holds is on disk.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join(NAME)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
