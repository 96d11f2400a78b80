//! The same work for many, a bounded number at a time, each worker with a connection of its own.

use crate::http::Http;
use anyhow::Result;
use futures_util::future::try_join_all;
use std::{cell::Cell, net::SocketAddr};

/// Does `work` for each number below `count`, `width` at a time; results in order of the numbers.
///
/// # Errors
/// The first error of any of them.
pub async fn each<T>(
    address: SocketAddr,
    count: usize,
    width: usize,
    work: impl AsyncFn(&mut Http, usize) -> Result<T>,
) -> Result<Vec<T>> {
    let next = Cell::new(0);
    let (next, work) = (&next, &work);
    let worker = || async move {
        let mut http = Http::new(address);
        let mut done = Vec::new();
        while next.get() < count {
            let number = next.replace(next.get() + 1);
            done.push((number, work(&mut http, number).await?));
        }
        anyhow::Ok(done)
    };
    let parts = try_join_all((0..width.clamp(1, count.max(1))).map(|_| worker())).await?;
    let mut all: Vec<(usize, T)> = parts.into_iter().flatten().collect();
    all.sort_unstable_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}
