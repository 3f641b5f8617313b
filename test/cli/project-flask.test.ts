import { describe, expect } from "vitest";
import { flaskMigrate, shop } from "../support/project-kinds.js";
import { tellStories } from "../support/project-story.js";
import { revisionFile } from "../support/revision-file.js";

const { customers, categories, totals, revenue } = shop;

const addCoupons = (column: string) =>
  revisionFile(
    "b7d3029e4f61",
    revenue,
    "add coupons",
    `    op.create_table('coupons', sa.Column('code', sa.String(40), primary_key=True))
    op.bulk_insert(sa.table('coupons', sa.column('${column}')), [{'${column}': 'SPRING'}])`,
  );
const useCoupons = revisionFile(
  "c90fa1126ed8",
  "b7d3029e4f61",
  "use coupons",
  `    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('coupon_code', sa.String(40), nullable=True))`,
);

describe.runIf(flaskMigrate.isPossible())("a Flask-Migrate project", () => {
  tellStories(flaskMigrate, {
    showsSql: {
      [customers]: /CREATE TABLE customers \(/,
      [categories]: /INSERT INTO categories \(name\) VALUES \('Kitchen'\)/,
      [revenue]: /CREATE VIEW revenue_by_month AS/,
    },
    unchecked: [totals],
    data: {
      write: `
        INSERT INTO customers (email, name) VALUES (' Ada@Example.com', 'Ada');
        INSERT INTO products (category_id, sku, name, price) SELECT id, 'cup', 'Cup', 12.345 FROM categories WHERE name = 'Kitchen';
        INSERT INTO orders (customer_id, status) SELECT id, 'paid' FROM customers;
        INSERT INTO order_lines SELECT orders.id, products.id, 3, 12.5 FROM orders, products;`,
      read: `SELECT email_normalized, price_cents, unit_cents, total_cents::int, cents::int
        FROM customers, products, order_lines, orders, revenue_by_month`,
      becomes: [
        {
          email_normalized: "ada@example.com",
          price_cents: 1235,
          unit_cents: 1250,
          total_cents: 3750,
          cents: 3750,
        },
      ],
    },
    failure: {
      broken: { ...addCoupons("label"), ...useCoupons },
      repaired: addCoupons("code"),
      failed: "b7d3029e4f61",
      after: "c90fa1126ed8",
      leaves: "coupons",
      error: { sqlstate: "42703", message: expect.stringContaining("Nothing of it stands.") },
    },
  });
});
