//! The gate: whatever stands under `/v1/admin` answers nobody but staff, whether or not what was asked
//! for exists.

use super::owner;
use chinwag_testkit::{TestServer, User, both_engines, client::Http, wire::*};
use reqwest::Method;
use serde_json::Value;

/// Every operation under `/v1/admin`, with the parts of its path left open.
async fn operations(http: &Http) -> Vec<(Method, String)> {
    let document = http.request(Method::GET, "/openapi.json").send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let administrative = paths.filter(|(path, _)| path.starts_with("/v1/admin/"));
    let operations = administrative.flat_map(|(path, item)| {
        let methods = ["get", "put", "post", "delete", "patch"].into_iter();
        let given = methods.filter(|method| item[method].is_object());
        given
            .map(|method| (method.to_uppercase().parse().unwrap(), path.clone()))
            .collect::<Vec<_>>()
    });
    operations.collect()
}

/// The path with every part filled in.
fn filled(path: &str, id: impl ToString) -> String {
    let parts = path.split('/').map(|part| match part {
        "{seq}" => "1".to_owned(),
        part if part.starts_with('{') => id.to_string(),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is answered, but for what is different in every answer.
async fn answer(http: &Http, method: &Method, path: &str) -> (u16, Vec<String>, Value) {
    let response = http.request(method.clone(), path).send().await.unwrap();
    let status = response.status().as_u16();
    let mut headers: Vec<_> = response.headers().keys().map(ToString::to_string).collect();
    headers.sort();
    let mut body: Value = response.json().await.unwrap();
    body.as_object_mut().unwrap().remove("instance");
    (status, headers, body)
}

async fn refused_alike(user: &User, server: &TestServer, existing: [AccountId; 2]) {
    let absent = AccountId(uuid::Uuid::from_u128(7));
    for (method, path) in operations(&server.http()).await {
        for (http, status, code) in
            [(&user.http, 403, "forbidden"), (&server.http(), 401, "unauthenticated")]
        {
            let mut seen = Vec::new();
            for id in existing.into_iter().chain([absent]) {
                seen.push(answer(http, &method, &filled(&path, id)).await);
            }
            seen.push(answer(http, &method, &filled(&path, "nonsense")).await);
            assert_eq!(
                (seen[0].0, &seen[0].2["code"]),
                (status, &Value::from(code)),
                "{method} {path}"
            );
            assert!(seen.iter().all(|one| *one == seen[0]), "{method} {path}: {seen:?}");
        }
    }
}

/// The least role that each operation asks for.
const LEAST: &[(&str, &str, InstanceRole)] = &[
    ("GET", "/v1/admin/accounts", InstanceRole::Moderator),
    ("GET", "/v1/admin/accounts/{account_id}", InstanceRole::Moderator),
    ("DELETE", "/v1/admin/accounts/{account_id}", InstanceRole::Admin),
    ("PUT", "/v1/admin/accounts/{account_id}/suspension", InstanceRole::Moderator),
    ("DELETE", "/v1/admin/accounts/{account_id}/suspension", InstanceRole::Moderator),
    ("DELETE", "/v1/admin/accounts/{account_id}/sessions", InstanceRole::Moderator),
    ("PUT", "/v1/admin/accounts/{account_id}/role", InstanceRole::Admin),
    ("DELETE", "/v1/admin/conversations/{conversation_id}/messages/{seq}", InstanceRole::Moderator),
    ("GET", "/v1/admin/reports", InstanceRole::Moderator),
    ("GET", "/v1/admin/reports/{report_id}", InstanceRole::Moderator),
    ("PUT", "/v1/admin/reports/{report_id}/resolution", InstanceRole::Moderator),
    ("GET", "/v1/admin/audit", InstanceRole::Admin),
    ("GET", "/v1/admin/audit/chain", InstanceRole::Admin),
    ("GET", "/v1/admin/jobs", InstanceRole::Admin),
    ("GET", "/v1/admin/jobs/{job_id}", InstanceRole::Admin),
    ("POST", "/v1/admin/jobs/{job_id}/retry", InstanceRole::Admin),
    ("DELETE", "/v1/admin/jobs/{job_id}", InstanceRole::Admin),
];

/// A body that the operation understands, where it takes one.
fn body(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("role") => serde_json::json!({ "role": "member" }),
        Some("resolution") => serde_json::json!({ "outcome": "acted" }),
        _ => serde_json::json!({}),
    }
}

both_engines! {
    async fn each_operation_asks_for_its_role(server: TestServer) {
        let root = owner(&server, "root").await;
        let mut staff = Vec::new();
        for role in [InstanceRole::Moderator, InstanceRole::Admin, InstanceRole::Owner] {
            let one = server.user(&format!("{role:?}")).await;
            root.http.change_instance_role(one.id(), &ChangeInstanceRole { role }).await.unwrap();
            staff.push((role, one));
        }
        for (method, path) in operations(&server.http()).await {
            let declared = LEAST.iter().find(|(known, at, _)| *known == method.as_str() && *at == path);
            let (_, _, least) = declared.unwrap_or_else(|| panic!("say who may {method} {path}"));
            for (role, one) in &staff {
                let absent = filled(&path, uuid::Uuid::from_u128(7));
                let request = one.http.request(method.clone(), &absent).json(&body(&path));
                let status = request.send().await.unwrap().status().as_u16();
                let refused = status == 403;
                assert_eq!(refused, role < least, "{role:?} {method} {path}: {status}");
                assert!(refused || status == 200 || status == 404, "{role:?} {method} {path}: {status}");
            }
        }
    }

    async fn nobody_but_staff_gets_past(server: TestServer) {
        let root = owner(&server, "root").await;
        let [ada, bob] = server.users(["ada", "bob"]).await;
        assert!(operations(&server.http()).await.len() >= 2);
        refused_alike(&ada, &server, [root.id(), bob.id()]).await;
        let (status, ..) = answer(&root.http, &Method::GET, "/v1/admin/audit").await;
        assert_eq!(status, 200, "the control");
    }
}
