-- When the watermarks of a member moved last. Absent: before this was written down.
ALTER TABLE members ADD COLUMN delivered_at {int};
ALTER TABLE members ADD COLUMN read_at {int};
-- What was delivered counted as received so far; from now on it does where nothing before it was left out.
UPDATE members SET received_seq = delivered_seq WHERE received_seq < delivered_seq;
