CREATE TABLE accounts (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL UNIQUE,
  notes       text,
  created_at  timestamptz NOT NULL DEFAULT now()
);
