//! Opening the place where files are kept: a directory beside the database, or a bucket.

use crate::settings::{Files, Settings};
use anyhow::{Context, Result};
use chinwag_blobs::{Blobs, Bucket};
use std::path::Path;

/// Opens it. A bucket is only reached when it is used.
///
/// # Errors
/// The directory cannot be made, or what is said of the bucket cannot be right.
pub fn open(settings: &Settings, data_dir: &Path) -> Result<Blobs> {
    let Files { bucket, endpoint, region, access_key, secret_key, .. } = &settings.files;
    if bucket.is_empty() {
        let path = data_dir.join("blobs");
        return Blobs::directory(&path)
            .with_context(|| format!("cannot keep files in {}", path.display()));
    }
    let place = Bucket {
        endpoint: endpoint.clone(),
        name: bucket.clone(),
        region: region.clone(),
        access_key: access_key.clone(),
        secret_key: secret_key.clone(),
    };
    Blobs::bucket(&place).with_context(|| format!("cannot keep files in the bucket {bucket}"))
}
