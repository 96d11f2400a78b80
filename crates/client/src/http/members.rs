//! Members of a conversation: listing, adding, changing roles, removing, leaving.

use super::Http;
use crate::Error;
use chinwag_wire::{AccountId, AddMember, ChangeRole, ConversationId, Member, Page, Role};
use reqwest::Method;

impl Http {
    /// A page of the members.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `cursor_invalid`.
    pub async fn members(
        &self,
        id: ConversationId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Member>, Error> {
        let query = [
            ("cursor", cursor.map(str::to_owned)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        self.get(&format!("/v1/conversations/{id}/members"), &query).await
    }

    /// Adds someone to a group.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`, `group_full`.
    pub async fn add_member(
        &self,
        id: ConversationId,
        account: AccountId,
        role: Option<Role>,
    ) -> Result<Member, Error> {
        self.post(
            &format!("/v1/conversations/{id}/members"),
            &AddMember { account_id: account, role },
        )
        .await
    }

    /// Changes what a member may do.
    ///
    /// # Errors
    /// Refused: `forbidden`, `member_not_found`, `last_owner`.
    pub async fn change_role(
        &self,
        id: ConversationId,
        account: AccountId,
        role: Role,
    ) -> Result<Member, Error> {
        self.put_in(
            Method::PATCH,
            &format!("/v1/conversations/{id}/members/{account}"),
            &ChangeRole { role },
        )
        .await
    }

    /// Removes a member.
    ///
    /// # Errors
    /// Refused: `forbidden`, `member_not_found`, `last_owner`.
    pub async fn remove_member(&self, id: ConversationId, account: AccountId) -> Result<(), Error> {
        self.done(
            self.request(Method::DELETE, &format!("/v1/conversations/{id}/members/{account}")),
        )
        .await
    }

    /// Leaves a group or room.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `last_owner`.
    pub async fn leave(&self, id: ConversationId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/conversations/{id}/members/me"))).await
    }
}
