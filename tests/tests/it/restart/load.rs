//! People who send and listen all the while, whatever the server does.

use chinwag_testkit::{
    User,
    client::{Client, Events, Item},
    soon,
    wire::{Content, ConversationId, EventBody, Sent},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};
use tokio::task::JoinHandle;

/// Several who send until told to end, and one who listens.
pub(super) struct Load {
    ending: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    senders: Vec<JoinHandle<Vec<(String, Sent)>>>,
    _listener: Client,
    events: Events,
}

impl Load {
    /// Everybody is connected and something was acknowledged when this answers.
    pub(super) async fn begin(
        senders: &[&User],
        listener: &User,
        conversation: ConversationId,
    ) -> Self {
        let (ending, acknowledged) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (client, mut events) = listener.client();
        soon("the listener", async { while events.next().await.unwrap() != Item::Connected {} })
            .await;
        let senders = senders.iter().map(|user| {
            let name = user.credentials.account.username.clone();
            let (client, unread) = user.client();
            drop(unread);
            tokio::spawn(send(client, conversation, name, ending.clone(), acknowledged.clone()))
        });
        let senders = senders.collect();
        let load = Self { ending, acknowledged, senders, _listener: client, events };
        load.goes_on().await;
        load
    }

    /// Waits until more has been acknowledged than now.
    pub(super) async fn goes_on(&self) {
        let enough = self.acknowledged.load(SeqCst) + 50;
        chinwag_testkit::eventually("more was acknowledged", async || {
            self.acknowledged.load(SeqCst) >= enough
        })
        .await;
    }

    /// Ends it, and demands that all that was acknowledged is in the history as it was acknowledged, and was
    /// heard once and in order.
    pub(super) async fn everything_is_there(mut self, reader: &User, conversation: ConversationId) {
        self.ending.store(true, SeqCst);
        let mut sent = Vec::new();
        for sender in self.senders {
            sent.extend(soon("the senders", sender).await.unwrap());
        }
        let history = reader.history(conversation).await;
        assert_eq!(history.len(), sent.len(), "each once");
        for (text, sent) in &sent {
            let message = &history[usize::try_from(sent.seq).unwrap() - 1];
            assert_eq!((message.seq, message.sent_at), (sent.seq, sent.sent_at), "{text}");
            assert_eq!(message.content, Some(Content::Text(text.clone())));
        }
        let mut heard = 0;
        while heard < history.len() as i64 {
            heard = next_message(&mut self.events, heard).await;
        }
    }
}

/// The next message that is heard must be the one after this.
async fn next_message(events: &mut Events, after: i64) -> i64 {
    soon("the next message", async {
        loop {
            let Item::Event(event) = events.next().await.unwrap() else { continue };
            if let EventBody::MessageCreated(message) = event.body {
                assert_eq!(message.seq, after + 1, "without a gap, and once");
                break message.seq;
            }
        }
    })
    .await
}

async fn send(
    client: Client,
    conversation: ConversationId,
    name: String,
    ending: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
) -> Vec<(String, Sent)> {
    let mut sent = Vec::new();
    while !ending.load(SeqCst) {
        let text = format!("{name} {}", sent.len());
        let stored = client
            .send(conversation, Content::Text(text.clone()))
            .await
            .expect("it is stored in the end");
        acknowledged.fetch_add(1, SeqCst);
        sent.push((text, stored));
    }
    sent
}
