-- When something of a conversation changed last that is no message: its name, who is in it, and as what. Absent: nothing did.
ALTER TABLE conversations ADD COLUMN changed_at {int};
