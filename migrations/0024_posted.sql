-- Cards are looked for some time after they were posted: Slack may have said that it
-- took a message and lost it.

-- +goose Up

-- When the message was posted; null once it was seen to stand there.
alter table card add column posted_at timestamptz;
create index card_posted on card (posted_at) where posted_at is not null;

-- +goose Down

drop index card_posted;
alter table card drop column posted_at;
