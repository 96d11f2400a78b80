//! Plain requests to `/v1`: one method for each route, in a file for each resource. Answers are the wire
//! types; a refusal is the `problem+json` body (RFC 9457), read into [`Error::Refused`].

mod accounts;
mod admin;
mod contacts;
mod conversations;
mod email;
mod files;
mod members;
mod messages;
mod personal;
mod presence;
mod profiles;
mod sessions;

use crate::Error;
use chinwag_wire::Problem;
use reqwest::{Client, Method, RequestBuilder, Response, Url, header};
use serde::{Serialize, de::DeserializeOwned};

/// Talks to one server as one account, or as nobody. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    base: Url,
    token: Option<String>,
}

/// Parameters of a query, absent ones left out.
pub type Query<'a> = &'a [(&'a str, Option<String>)];

impl Http {
    /// Talks to the server at this URL, for example `http://127.0.0.1:8008`, signed in as nobody.
    ///
    /// # Errors
    /// [`Error::NotUnderstood`] where that is not a URL.
    pub fn new(base: &str) -> Result<Self, Error> {
        let base =
            Url::parse(base).map_err(|error| Error::NotUnderstood(format!("{base}: {error}")))?;
        Ok(Self { client: Client::new(), base, token: None })
    }

    /// The same server, with this access token.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// Where the server is.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The access token that is sent.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request of one's own making, with the access token, for what has no method here.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut url = self.base.clone();
        let (path, query) =
            path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        let request = self.client.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn get<R: DeserializeOwned>(&self, path: &str, query: Query<'_>) -> Result<R, Error> {
        read(self.request(Method::GET, &with_query(path, query))).await
    }

    async fn put_in<B: Serialize, R: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<R, Error> {
        read(self.request(method, path).json(body)).await
    }

    async fn post<B: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<R, Error> {
        self.put_in(Method::POST, path, body).await
    }

    async fn done(&self, request: RequestBuilder) -> Result<(), Error> {
        accepted(request).await.map(drop)
    }
}

/// Sends a request and reads the JSON it is answered with.
async fn read<R: DeserializeOwned>(request: RequestBuilder) -> Result<R, Error> {
    let body = accepted(request).await?.bytes().await?;
    serde_json::from_slice(&body).map_err(Error::unread)
}

/// Sends a request; anything but success is an error.
pub(crate) async fn accepted(request: RequestBuilder) -> Result<Response, Error> {
    let response = request.send().await?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let body = response.bytes().await?;
    Err(match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => Error::Refused(problem),
        Err(_) => Error::NotUnderstood(format!("status {status}")),
    })
}

/// The parameters of a page of a list.
fn paging(cursor: Option<&str>, limit: Option<u32>) -> [(&'static str, Option<String>); 2] {
    [("cursor", cursor.map(str::to_owned)), ("limit", limit.map(|limit| limit.to_string()))]
}

fn with_query(path: &str, query: Query<'_>) -> String {
    let given = query.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let pairs = given.map(|(name, value)| format!("{name}={}", escape(value)));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Percent-encodes everything that is not unreserved (RFC 3986, section 2.3).
fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(byte.into())
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
        escaped
    })
}

/// The `If-Match` value of a revision (RFC 9110, section 13.1.1).
fn if_match(request: RequestBuilder, rev: Option<i64>) -> RequestBuilder {
    match rev {
        Some(rev) => request.header(header::IF_MATCH, format!("\"{rev}\"")),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_leave_out_what_is_absent_and_escape_the_rest() {
        let query = [("a", Some("x y&z".to_owned())), ("b", None), ("c", Some("é".to_owned()))];
        assert_eq!(with_query("/v1/rooms", &query), "/v1/rooms?a=x%20y%26z&c=%C3%A9");
        assert_eq!(with_query("/v1/rooms", &[("b", None)]), "/v1/rooms");
        let http = Http::new("http://127.0.0.1:1").unwrap();
        let request = http.request(Method::GET, "/v1/rooms?a=x%20y").build().unwrap();
        assert_eq!(request.url().as_str(), "http://127.0.0.1:1/v1/rooms?a=x%20y");
    }
}
