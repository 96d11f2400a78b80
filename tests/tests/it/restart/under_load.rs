//! Stopped well or at once while people send and listen: nothing acknowledged is lost, nothing is doubled.

use super::load::Load;
use chinwag_testkit::{TestServer, both_engines};
use std::time::{Duration, Instant};

both_engines! {
    async fn stopped_well_again_and_again_nothing_is_lost(server: TestServer) {
        let [ada, bob, eve] = server.users(["ada", "bob", "eve"]).await;
        let group = ada.group("crew", &[&bob, &eve]).await;
        let load = Load::begin(&[&ada, &bob], &eve, group).await;
        for _ in 0..3 {
            let since = Instant::now();
            server.stop().await;
            assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
            server.start_again().await;
            load.goes_on().await;
        }
        load.everything_is_there(&eve, group).await;
    }

    async fn stopped_at_once_again_and_again_nothing_is_lost(server: TestServer) {
        let [ada, bob, eve] = server.users(["ada", "bob", "eve"]).await;
        let group = ada.group("crew", &[&bob, &eve]).await;
        let load = Load::begin(&[&ada, &bob], &eve, group).await;
        for _ in 0..3 {
            server.abort().await;
            server.start_again().await;
            load.goes_on().await;
        }
        load.everything_is_there(&eve, group).await;
    }
}
