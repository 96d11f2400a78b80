-- The address of a picture that is kept elsewhere, as its owner gave it. Nothing here fetches it.
ALTER TABLE profiles ADD COLUMN picture_link {text};
