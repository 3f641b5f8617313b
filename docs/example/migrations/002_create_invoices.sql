CREATE TYPE invoice_state AS ENUM ('draft', 'sent', 'paid');

CREATE TABLE invoices (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id  bigint NOT NULL REFERENCES accounts (id),
  amount      numeric(12, 2) NOT NULL CHECK (amount >= 0),
  state       invoice_state NOT NULL DEFAULT 'draft',
  issued_on   date
);
