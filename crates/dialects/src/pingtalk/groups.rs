//! Groups: made, and who is in them. Their admins bring people in and remove them; whoever goes leaves the group
//! in good hands.

use super::{
    chats::{strangers, text},
    credentials::{caller, options},
    documents::chat,
    outcome::{created, ok},
};
use crate::{
    asked::Asked,
    desk::Desk,
    refusal::{Answer, Refusal, invalid},
};
use axum::extract::State;
use chinwag_chat::{Actor, Overview};
use chinwag_wire::{AccountId, AddMember, Code, ConversationId, Kind, Problem, Role};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Most characters of a name.
const NAME: usize = 100;
/// Fewest others in a new group.
const FEWEST: usize = 2;

/// `POST /chat/create-group`.
pub(super) async fn create(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let fields = asked.fields()?;
    let name = text(fields, "name").map(str::trim).filter(|name| !name.is_empty());
    let (Some(name), Some(Value::Array(participants))) = (name, fields.get("participants")) else {
        let words = "Group name and participants array are required";
        return Err(invalid("name").in_words(words));
    };
    if name.chars().count() > NAME {
        return Err(invalid("name").in_words("Group name must be at most 100 characters"));
    }
    let others = others(&desk, &actor, participants).await?;
    let whom = options(&desk).group_members;
    let made = desk.chat.make_group(&actor, name.to_owned(), others, whom).await;
    let made = made.map_err(not_brought)?;
    Ok(created(&chat(&desk.chat.overview(&actor, made.id).await?)))
}

/// The others, each once.
async fn others(
    desk: &Desk,
    actor: &Actor,
    participants: &[Value],
) -> Result<Vec<AccountId>, Refusal> {
    let (mut known, mut odd) = (Vec::new(), HashSet::new());
    for participant in participants {
        match participant.as_str().and_then(|id| id.parse::<AccountId>().ok()) {
            Some(id) if id == actor.account || known.contains(&id) => {}
            Some(id) => known.push(id),
            None => drop(odd.insert(participant.to_string())),
        }
    }
    if known.len() + odd.len() < FEWEST {
        let words = "A group must have at least 2 other participants";
        return Err(invalid("participants").in_words(words));
    }
    if !odd.is_empty() || desk.chat.people(&known).await?.len() < known.len() {
        return Err(unknown());
    }
    Ok(known)
}

fn unknown() -> Refusal {
    invalid("participants").in_words("Unknown participant")
}

fn not_brought(problem: Problem) -> Refusal {
    match problem.code {
        Code::AccountNotFound => unknown(),
        Code::OpeningNotAllowed => strangers(),
        _ => problem.into(),
    }
}

/// What only admins may do, and how others are told.
struct Deed {
    /// What is said where something is missing.
    missing: &'static str,
    /// The key of whom it is done to.
    whom: &'static str,
    /// What is said to others.
    refused: &'static str,
}

const ADD: Deed = Deed {
    missing: "Chat ID and User ID to add are required",
    whom: "userIdToAdd",
    refused: "Only admins can add users to this group",
};
const REMOVE: Deed = Deed {
    missing: "Chat ID and User ID to remove are required",
    whom: "userIdToRemove",
    refused: "Only admins can remove users from this group",
};

impl Deed {
    /// The group, as the admin sees it who asks, and whom it is about; nobody, where no account has that id.
    async fn read(
        &self,
        desk: &Desk,
        actor: &Actor,
        asked: &Asked,
    ) -> Result<(Overview, Option<AccountId>), Refusal> {
        let fields = asked.fields()?;
        let (Some(id), Some(whom)) = (text(fields, "chatId"), text(fields, self.whom)) else {
            return Err(invalid("chatId").in_words(self.missing));
        };
        let id = group(desk, id).await?;
        let overview = desk.chat.overview(actor, id).await.map_err(|problem| self.not(problem))?;
        let role = overview.people.iter().find(|(account, _)| *account == actor.account);
        if role.is_none_or(|(_, role)| *role < Role::Admin) {
            return Err(Refusal::from(Code::Forbidden).in_words(self.refused));
        }
        Ok((overview, whom.parse().ok()))
    }

    /// The group after it; the admin may have gone meanwhile.
    async fn shown(&self, desk: &Desk, actor: &Actor, id: ConversationId) -> Answer {
        let overview = desk.chat.overview(actor, id).await.map_err(|problem| self.not(problem))?;
        Ok(ok(&chat(&overview)))
    }

    fn not(&self, problem: Problem) -> Refusal {
        match problem.code {
            Code::ConversationNotFound | Code::Forbidden => {
                Refusal::from(Code::Forbidden).in_words(self.refused)
            }
            _ => not_brought(problem),
        }
    }
}

/// The group that an id names, whoever may see it.
async fn group(desk: &Desk, id: &str) -> Result<ConversationId, Refusal> {
    let nothing = || Refusal::from(Code::ConversationNotFound).in_words("Group chat not found");
    let id = id.parse::<ConversationId>().map_err(|_| nothing())?;
    match desk.chat.kind_of(id).await? {
        Some(Kind::Group) => Ok(id),
        _ => Err(nothing()),
    }
}

/// `PUT /chat/add-to-group`.
pub(super) async fn add(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let (overview, whom) = ADD.read(&desk, &actor, &asked).await?;
    let account_id = whom.ok_or_else(unknown)?;
    if overview.people.iter().any(|(account, _)| *account == account_id) {
        return Err(invalid(ADD.whom).in_words("User is already in the group"));
    }
    let body = AddMember { account_id, role: None };
    let whom = options(&desk).group_members;
    desk.chat.bring(&actor, overview.id, body, whom).await.map_err(|problem| ADD.not(problem))?;
    ADD.shown(&desk, &actor, overview.id).await
}

/// `PUT /chat/remove-from-group`: who is no member is removed already.
pub(super) async fn remove(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let (overview, whom) = REMOVE.read(&desk, &actor, &asked).await?;
    if whom == Some(actor.account) {
        let words = "Use the /leave-group route to leave the chat";
        return Err(invalid(REMOVE.whom).in_words(words));
    }
    if let Some(whom) = whom {
        match desk.chat.expel(&actor, overview.id, whom).await {
            Err(problem) if problem.code != Code::MemberNotFound => {
                return Err(REMOVE.not(problem));
            }
            Ok(()) | Err(_) => {}
        }
    }
    REMOVE.shown(&desk, &actor, overview.id).await
}

/// `PUT /chat/leave-group`.
pub(super) async fn leave(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let id = text(asked.fields()?, "chatId");
    let id = id.ok_or_else(|| invalid("chatId").in_words("Chat ID is required"))?;
    let id = group(&desk, id).await?;
    let left = desk.chat.leave(&actor, id).await.map_err(|problem| match problem.code {
        Code::ConversationNotFound => {
            invalid("chatId").in_words("You are not a participant in this group")
        }
        _ => problem.into(),
    })?;
    Ok(ok(&match left {
        Some(rest) => json!({ "message": "Successfully left the group", "chat": chat(&rest) }),
        None => json!({ "message": "Group deleted because there are no participants left" }),
    }))
}
