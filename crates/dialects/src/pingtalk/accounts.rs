//! Signing up, in and out, and another password.

use super::{
    credentials::{COOKIE, cookie, gone, prove, session_kind, signed, token},
    limits::{MOST_LOGINS, QUARTER, TOO_MANY_LOGINS, gateway, login as count_login, show_logins},
    outcome::{created, ok},
};
use crate::{
    asked::Asked,
    body::Fields,
    cookies,
    desk::Desk,
    refusal::{Answer, Refusal, invalid},
};
use axum::{extract::State, http::header};
use chinwag_chat::{
    Enrolment, Guesses, Handle, PasswordChange, PasswordRule, SignInName, SignedIn, Unproven,
    is_email,
};
use chinwag_wire::{Code, Problem};
use serde_json::json;

/// Failures of one account from one address.
const GUESSES: Guesses = Guesses { most: MOST_LOGINS, window: QUARTER };
/// How long a name may be.
const NAME: std::ops::RangeInclusive<usize> = 2..=100;
const WEAK: &str = "Please Enter a Strong Password";

/// `POST /auth/signup`.
pub(super) async fn sign_up(State(desk): State<Desk>, asked: Asked) -> Answer {
    gateway(&desk, &asked)?;
    desk.native.permits_page(&asked.headers)?;
    let enrolment = enrolment(asked.fields()?)?;
    let entered = desk.chat.enrol_and_enter(&asked.from, enrolment, &session_kind()).await;
    let opened = entered.map_err(not_enrolled)?;
    let account = &opened.account;
    let person = desk.chat.person(account.id).await?.ok_or(Code::AccountNotFound)?;
    let (first, last) = person.names();
    let data = json!({ "_id": account.id, "firstName": first, "lastName": last, "emailId": account.email });
    let body = json!({ "message": "User Registered Successfully", "data": data });
    let mut response = created(&body);
    let cookie = cookie(&token(&desk, &opened)?, opened.actor.expires, asked.tls);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whoever signs up, in the order in which clients are told what is wrong.
fn enrolment(fields: &Fields) -> Result<Enrolment, Refusal> {
    let names = [text(fields, "firstName"), text(fields, "lastName")];
    let [Some(first), Some(last)] = names.map(|name| name.map(str::trim)) else {
        return Err(invalid("firstName").in_words("Enter first and lastName"));
    };
    for name in [first, last] {
        let length = name.chars().count();
        if length < *NAME.start() {
            let words = "Name must be at least 2 characters long";
            return Err(invalid("firstName").in_words(words));
        }
        if length > *NAME.end() {
            let words = "Name must be at most 100 characters long";
            return Err(invalid("firstName").in_words(words));
        }
    }
    let email = text(fields, "emailId").filter(|email| is_email(email));
    let email = email.ok_or_else(|| invalid("emailId").in_words("EmailId is not valid"))?;
    let password = text(fields, "password").ok_or_else(|| invalid("password").in_words(WEAK))?;
    Ok(Enrolment {
        handle: Handle::Derived,
        email: Some(email.to_owned()),
        display_name: Some(format!("{first} {last}")),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        password: password.to_owned(),
        password_rule: PasswordRule::Strong,
        public_key: None,
        extra: None,
        verify: false,
    })
}

/// A text that says something.
fn text<'f>(fields: &'f Fields, key: &str) -> Option<&'f str> {
    fields.text(key).ok().filter(|text| !text.is_empty())
}

fn not_enrolled(problem: Problem) -> Refusal {
    let weak = problem.errors.iter().any(|error| error.field == "password");
    match problem.code {
        // Deployed clients know a taken address by 404.
        Code::EmailTaken => Refusal::from(Code::AccountNotFound).in_words("Email Already Exists"),
        Code::Invalid if weak => Refusal::from(problem).in_words(WEAK),
        _ => problem.into(),
    }
}

/// `POST /auth/login`.
pub(super) async fn login(State(desk): State<Desk>, asked: Asked) -> Answer {
    let answer = logged_in(&desk, &asked).await;
    show_logins(&desk, &asked, answer)
}

async fn logged_in(desk: &Desk, asked: &Asked) -> Answer {
    gateway(desk, asked)?;
    count_login(desk, asked)?;
    desk.native.permits_page(&asked.headers)?;
    let fields = asked.fields()?;
    let email = text(fields, "emailId").filter(|email| is_email(email));
    let (Some(email), Some(password)) = (email, text(fields, "password")) else {
        return Err(invalid("emailId").in_words("Invalid Credentials"));
    };
    let (name, password) = (SignInName::email(email), password.to_owned());
    let opened = desk.chat.sign_in_as(&asked.from, name, password, &session_kind(), GUESSES).await;
    let opened = opened.map_err(not_signed_in)?;
    let token = token(desk, &opened)?;
    let SignedIn { account, actor } = opened;
    let data = json!({ "id": account.id, "emailId": account.email, "token": token });
    let mut response = ok(&json!({ "data": data, "message": "User login successful!!!" }));
    let cookie = cookie(&token, actor.expires, asked.tls);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

fn not_signed_in(problem: Problem) -> Refusal {
    match problem.code {
        Code::CredentialsWrong => Refusal::from(problem).in_words("Incorrect credentials"),
        Code::TooManyAttempts => Refusal::from(problem).in_words(TOO_MANY_LOGINS),
        _ => problem.into(),
    }
}

/// `POST /auth/logout`: always succeeds, except for the page of a stranger, and while nobody can tell whose session
/// it is. Every good credential that came with the request is revoked.
pub(super) async fn logout(State(desk): State<Desk>, asked: Asked) -> Answer {
    gateway(&desk, &asked)?;
    desk.native.permits_page(&asked.headers)?;
    let credentials = [cookies::read(&asked.headers, COOKIE), asked.token()];
    for token in credentials.into_iter().flatten() {
        match prove(&desk, token).await {
            Ok(actor) => desk.chat.sign_out(&actor, &asked.from).await?,
            Err(Unproven::Failed(problem)) => return Err(problem.into()),
            Err(_) => {}
        }
    }
    let mut response = ok(&json!({ "message": "Logout Successful" }));
    let gone = gone(desk.chat.clock().now(), asked.tls);
    response.headers_mut().insert(header::SET_COOKIE, gone);
    Ok(response)
}

/// `PATCH /auth/changePassword`: every session ends, this one too.
pub(super) async fn change_password(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let fields = asked.fields()?;
    let (Some(old), Some(new)) = (text(fields, "oldPassword"), text(fields, "newPassword")) else {
        let words = "Old and new passwords are required";
        return Err(invalid("oldPassword").in_words(words));
    };
    if old == new {
        return Err(invalid("newPassword").in_words("New password must be different"));
    }
    let change = PasswordChange {
        old: Some(old.to_owned()),
        new: new.to_owned(),
        rule: PasswordRule::Strong,
        keep_own: false,
    };
    desk.chat.replace_password(&actor, &asked.from, change).await.map_err(not_changed)?;
    let words = "Password updated successfully. Please login again.";
    let mut response = ok(&json!({ "message": words }));
    let gone = gone(desk.chat.clock().now(), asked.tls);
    response.headers_mut().insert(header::SET_COOKIE, gone);
    Ok(response)
}

fn not_changed(problem: Problem) -> Refusal {
    match problem.code {
        Code::CredentialsWrong => Refusal::from(problem).in_words("Incorrect old password"),
        Code::Invalid => Refusal::from(problem).in_words(WEAK),
        _ => problem.into(),
    }
}
