ALTER TABLE "messages" ADD COLUMN "project_id" text;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "aggregate_id" text;