//! Telling other systems what happened: announcements of the product, in the words of the dialects, through the
//! broker.

use chinwag_broker::{Broker, Error};
use chinwag_chat::{Announced, Chat, Retries};
use chinwag_dialects::{Options, parcel};
use chinwag_jobs::Reception;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Tells until it is told to stop. Without a broker there is nobody to tell.
pub async fn tell(
    chat: Chat,
    broker: Option<Broker>,
    options: Options,
    retries: Retries,
    stopping: CancellationToken,
) {
    let Some(broker) = broker else { return };
    let (passing, options) = (broker.clone(), Arc::new(options));
    let pass_on = move |announced| pass_on(passing.clone(), options.clone(), announced);
    chat.announce(pass_on, retries, stopping).await;
    broker.close().await;
}

async fn pass_on(broker: Broker, options: Arc<Options>, announced: Announced) -> Reception {
    // What stands in no contract that is switched on is nobody's to hear.
    let Some(parcel) = parcel(&options, &announced) else { return Reception::Taken };
    match broker.hand_over(&parcel).await {
        Ok(()) => Reception::Taken,
        Err(error @ Error::Refused) => Reception::Refused(error.to_string()),
        Err(error @ Error::Unreachable(_)) => Reception::Absent(error.to_string()),
    }
}
