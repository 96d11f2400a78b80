//! The letter with the code: what it says, and that it is not lost.

use super::{PASSWORD, code, sign_up, verify};
use chinwag_testkit::{TestServer, both_engines};

both_engines! {
    async fn says_who_and_where(server: TestServer) {
        assert_eq!(sign_up(&server, "Ines <b>Abel", "ines@example.org").await.status, 201);
        let letter = server.letter("ines@example.org", 1).await;
        assert_eq!(letter.subject, "Email Verification");
        let code = code(&server, "ines@example.org", 1).await;
        let link = format!("http://localhost:3000/auth/confirmation/{code}");
        let text = letter.text.replace("&#x2f;", "/");
        assert_eq!(text.matches(&link).count(), 2, "in the text and in the HTML: {text}");
        assert_eq!(text.matches("://localhost:3000").count(), 2, "one link: {text}");
        assert!(letter.text.contains("text/plain") && letter.text.contains("text/html"));
        assert!(letter.text.contains("Ines &lt;b&gt;Abel"), "{}", letter.text);
    }

    async fn as_the_operator_has_it(server: TestServer) with |settings| {
        settings.mail.verify_url = "https://chat.example.org/c?code=".to_owned();
        settings.mail.subject = "Come in".to_owned();
        settings.mail.from = "Rooms <rooms@example.org>".to_owned();
    } => {
        assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
        let letter = server.letter("ines@example.org", 1).await;
        assert_eq!(letter.subject, "Come in");
        assert!(letter.text.contains("From: Rooms <rooms@example.org>") || letter.text.contains("From: \"Rooms\" <rooms@example.org>"), "{}", letter.text);
        let (_, rest) = letter.text.split_once("https://chat.example.org/c?code=").expect("the link");
        let code: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        assert_eq!(verify(&server, &code, PASSWORD).await.status, 200);
    }
}
