//! What letters say: a template for the text and one for the HTML, in files beside this one. The
//! first line of a text is the subject.

use crate::Chat;
use chinwag_jobs::Retries;
use chinwag_mail::{Letter, Mailer};
use chinwag_wire::AccountId;
use minijinja::{Environment, Value};
use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};
use uuid::Uuid;

/// Carries letters to people.
pub struct Postman {
    /// Where letters go.
    pub mailer: Mailer,
    /// The URL people reach this server by, without a slash at its end: links begin with it.
    pub base_url: String,
    /// Whether an account is connected: it needs no letter about what it sees.
    pub is_online: Box<dyn Fn(AccountId) -> bool + Send + Sync>,
    /// The letter with a code.
    pub confirmation: Confirmation,
    /// What becomes of letters that cannot be sent.
    pub retries: Retries,
}

/// What is chosen for the letter with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// What its link begins with; the code follows at once.
    pub url: String,
    /// Its subject.
    pub subject: String,
}

macro_rules! templates {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("letters/", $name)))),*]
    };
}

/// Every template, by the name of its file.
const TEMPLATES: &[(&str, &str)] = templates! {
    "layout.html"
    "verification.txt" "verification.html"
    "address_in_use.txt" "address_in_use.html"
    "confirmation.txt" "confirmation.html"
    "reset.txt" "reset.html"
    "email_changed.txt" "email_changed.html"
    "contact_requests.txt" "contact_requests.html"
    "missed_messages.txt" "missed_messages.html"
};

/// HTML is escaped by the name's ending; a name that is not given is an error, not a gap.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => minijinja::AutoEscape::Html,
        false => minijinja::AutoEscape::None,
    });
    for (name, text) in TEMPLATES {
        environment
            .add_template(name, text)
            .expect("the templates of this program are well formed");
    }
    environment
});

/// What a letter is made of.
pub(super) struct Draft {
    pub(super) id: Uuid,
    pub(super) to: String,
    /// Names the two templates.
    pub(super) template: &'static str,
    pub(super) link: Option<String>,
    /// The link that ends letters of this kind, where their reader may.
    pub(super) unsubscribe: Option<String>,
    /// What the templates are given, besides `link`, `unsubscribe` and `server`.
    pub(super) about: Vec<(&'static str, Value)>,
}

impl Chat {
    /// The letter of a draft.
    pub(super) fn letter(&self, postman: &Postman, draft: Draft) -> Letter {
        let Draft { id, to, template, link, unsubscribe, about } = draft;
        let mut given: std::collections::BTreeMap<&str, Value> = about.into_iter().collect();
        given.insert("server", Value::from(postman.base_url.as_str()));
        given.insert("link", Value::from(link.as_deref().unwrap_or_default()));
        given.insert("unsubscribe", Value::from(unsubscribe.as_deref().unwrap_or_default()));
        let text = rendered(&format!("{template}.txt"), &given);
        let (subject, text) = text.split_once('\n').unwrap_or((&text, ""));
        let html = rendered(&format!("{template}.html"), &given);
        let at = SystemTime::UNIX_EPOCH
            + Duration::from_nanos(u64::try_from(self.clock.now().0).unwrap_or(0));
        let (subject, text) = (one_line(subject), text.trim_start().to_owned());
        Letter { id, at, to, subject, text, html, link, unsubscribe }
    }
}

fn rendered(name: &str, given: &std::collections::BTreeMap<&str, Value>) -> String {
    let template = ENVIRONMENT.get_template(name).expect("it is in the list");
    template.render(given).expect("a template is given all that it names")
}

/// Names are people's own words: none of them ends the line.
fn one_line(subject: &str) -> String {
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
