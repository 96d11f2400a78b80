//! Signs in with a name and a password. Whether there is such an account shows neither in the
//! answer nor in the work done for it.

use super::{
    DEVICE_CHARACTERS,
    enter::{Candidate, Counter, Find},
    known_device::DeviceId,
    password_rules,
    sign_in_name::SignInName,
    throttle::{self, Guess},
};
use crate::{Bucket, Chat, LimitKey, Origin, pressure::Class, random, text};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::{Credentials, Problem, SignIn};

impl Chat {
    /// Signs in: opens a session.
    ///
    /// At most ten guesses at a name are verified in 15 minutes, whoever makes them; an earlier
    /// `known_device` of the account has ten of its own.
    ///
    /// # Errors
    /// `credentials_wrong`, `account_suspended` with the right password only, `too_many_attempts`,
    /// `rate_limited`, `overloaded`, `invalid`.
    #[crate::boxed]
    pub async fn sign_in(&self, from: &Origin, body: SignIn) -> Result<Credentials, Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        self.pressure.admit(Class::SignIn)?;
        check(&body)?;
        let name = SignInName::read(&body.name)?;
        let key_of_name = self.tokens.throttle_key(&name);
        let found = self.query(Find(name)).await?;
        let known = self.known(found.as_ref(), body.known_device.as_deref());
        let key = known
            .map_or(key_of_name, |device| format!("device:{}", URL_SAFE_NO_PAD.encode(device)));

        let seat = self.hasher.seat()?;
        let address_key = throttle::address_key(from.address);
        let counted = Some(address_key.clone()).filter(|_| self.options.limits.enabled);
        self.change(Guess { key: key.clone(), address_key: counted, now: self.clock.now() })
            .await?;
        let counter = Counter::Native { key, address_key };
        let session = self.new_session(from, body.device);
        let opened = self.enter(from, found, seat, body.password, counter, session).await?;
        let device = known.unwrap_or_else(random::bytes);
        let known_device = self.tokens.known_device(opened.account(), device);
        Ok(Credentials { known_device: Some(known_device), ..self.credentials(opened)? })
    }

    /// The device, if it is known to the account.
    fn known(&self, found: Option<&Candidate>, token: Option<&str>) -> Option<DeviceId> {
        self.tokens.read_known_device(found?.id, token?)
    }
}

fn check(body: &SignIn) -> Result<(), Problem> {
    password_rules::may_be("password", &body.password)?;
    body.device.as_deref().map_or(Ok(()), |device| text::line("device", device, DEVICE_CHARACTERS))
}
