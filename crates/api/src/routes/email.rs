//! Email addresses: verifying one, changing it, and getting in again without the password.

use crate::{
    answer::{Answer, accepted, done},
    app::Api,
    extract::{Body, CameFrom, Signed},
};
use axum::extract::State;
use chinwag_wire::{ChangeEmail, RequestReset, ResetPassword, VerifyEmail};

/// Change the email address, once the letter to the new one was answered
///
/// Until then the old one stays. Whether the new one is somebody else's does not show.
#[utoipa::path(put, path = "/v1/me/email", tag = "me", request_body = ChangeEmail, responses((status = 202, description = "A letter is on its way")))]
pub(crate) async fn change_email(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    Body(body): Body<ChangeEmail>,
) -> Answer {
    api.chat.change_email(&actor, &origin, body).await?;
    accepted()
}

/// Send the letter that verifies one's address again
#[utoipa::path(post, path = "/v1/me/email/verification", tag = "me", responses((status = 202, description = "A letter is on its way, if there is something to verify")))]
pub(crate) async fn resend_verification(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
) -> Answer {
    api.chat.resend_verification(&actor, &origin).await?;
    accepted()
}

/// Verify an email address with the token of a letter
#[utoipa::path(post, path = "/v1/email-verifications", tag = "accounts", security(()), request_body = VerifyEmail, responses((status = 204, description = "Verified")))]
pub(crate) async fn verify_email(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<VerifyEmail>,
) -> Answer {
    api.chat.verify_email(&origin, body).await?;
    done()
}

/// Ask for a letter that replaces a forgotten password
///
/// The answer is the same whether or not there is an account with this address.
#[utoipa::path(post, path = "/v1/password-resets", tag = "accounts", security(()), request_body = RequestReset, responses((status = 202, description = "A letter is on its way, if somebody has verified this address")))]
pub(crate) async fn request_reset(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<RequestReset>,
) -> Answer {
    api.chat.request_reset(&origin, body).await?;
    accepted()
}

/// Replace a forgotten password with the token of a letter; every session ends
#[utoipa::path(post, path = "/v1/password-resets/confirm", tag = "accounts", security(()), request_body = ResetPassword, responses((status = 204, description = "Replaced")))]
pub(crate) async fn reset_password(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<ResetPassword>,
) -> Answer {
    api.chat.reset_password(&origin, body).await?;
    done()
}
