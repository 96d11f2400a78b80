//! The OpenAPI 3.1 document: collected from the routes, finished with what they have in common.

mod bounds;
mod choices;

use crate::{problem::ProblemDocument, router::described};
use chinwag_wire::FieldError;
use utoipa::openapi::{
    Components, Content, ContentBuilder, Info, License, OpenApi, Paths, Ref, RefOr, Response,
    ResponseBuilder, SecurityRequirement, Tag,
    path::{Operation, Parameter, PathItem},
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

const ABOUT: &str = "A chat server. Every conversation is a log with numbers: messages count up in `seq`, \
    everything durable counts up in `rev`. Errors are problem documents (RFC 9457) with a stable `code`; \
    `/docs/problems` lists them. The live side is `/v1/socket`, described by `/asyncapi.json`, and `/v1/events`.";

const TAGS: &[(&str, &str)] = &[
    ("accounts", "Making accounts and finding others."),
    ("sessions", "Signing in, staying in, signing out."),
    ("me", "One's own account."),
    ("conversations", "Direct conversations, groups and rooms."),
    ("members", "Who is in a conversation, and as what."),
    ("messages", "Sending, reading, editing, receipts, catching up."),
    ("files", "Uploading, attaching to messages, downloading."),
    ("contacts", "Asking people to be contacts, and those who are."),
    ("blocks", "Whom one does not want to hear from."),
    ("reports", "Telling the staff of the server."),
    ("presence", "Who is there."),
    ("live", "The WebSocket and the event stream."),
    ("administration", "For the staff of this server."),
    ("operation", "For those who run the server."),
];

/// The document of this version.
pub fn openapi() -> OpenApi {
    finish(described())
}

/// What stands above the routes.
pub(crate) fn head() -> OpenApi {
    let mut info = Info::new("Chinwag", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    let mut document = OpenApi::new(info, Paths::new());
    document.tags = Some(TAGS.iter().map(tag).collect());
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    document
}

fn tag((name, about): &(&str, &str)) -> Tag {
    TagBuilder::new().name(*name).description(Some(*about)).build()
}

/// Adds the token, and to every route the problem that it may answer with.
fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_with(Components::new);
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The access token of a sign-in; it lives minutes."))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(scheme));
    components.responses.insert("Problem".to_owned(), RefOr::T(problem()));
    add_schema::<FieldError>(components);
    add_schema::<ProblemDocument<'_>>(components);
    bounds::apply(components);
    choices::apply(components);
    document.paths.paths.values_mut().flat_map(operations).for_each(|operation| {
        let problem = RefOr::Ref(Ref::from_response_name("Problem"));
        operation.responses.responses.insert("default".to_owned(), problem);
        contents(operation).for_each(bytes);
        operation.parameters.iter_mut().flatten().for_each(parameter_without_null);
    });
    document
}

/// What a request or an answer may be, with its media type.
fn contents(operation: &mut Operation) -> impl Iterator<Item = (&String, &mut RefOr<Content>)> {
    let asked = operation.request_body.iter_mut().filter_map(|body| match body {
        RefOr::T(body) => Some(&mut body.content),
        RefOr::Ref(_) => None,
    });
    let responses = operation.responses.responses.values_mut();
    let answered = responses.filter_map(|response| match response {
        RefOr::T(response) => Some(&mut response.content),
        RefOr::Ref(_) => None,
    });
    asked.flatten().chain(answered.flatten())
}

/// Bytes travel as they are, not as a list of numbers.
fn bytes((media_type, content): (&String, &mut RefOr<Content>)) {
    let RefOr::T(content) = content else { return };
    let is_text = ["json", "text/", "multipart/"].iter().any(|kind| media_type.contains(kind));
    if !is_text {
        content.schema = Some(
            ObjectBuilder::new().schema_type(Type::String).format(Some(BINARY)).build().into(),
        );
    }
}

const BINARY: SchemaFormat = SchemaFormat::KnownFormat(KnownFormat::Binary);

/// A header can be absent, but it cannot be null.
fn parameter_without_null(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
        && let SchemaType::Array(types) = &object.schema_type
        && let Some(kind) = types.iter().find(|kind| !matches!(kind, Type::Null))
    {
        object.schema_type = SchemaType::Type(kind.clone());
    }
}

fn add_schema<T: utoipa::ToSchema>(components: &mut Components) {
    components.schemas.insert(T::name().into_owned(), T::schema());
}

fn problem() -> Response {
    let schema = Ref::from_schema_name("ProblemDocument");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description("What went wrong.")
        .content("application/problem+json", content)
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, head, options, .. } = item;
    [get, put, post, delete, patch, head, options].into_iter().flatten()
}
