CREATE SCHEMA IF NOT EXISTS "retort";
--> statement-breakpoint
CREATE TABLE "retort"."api_keys" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."api_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_name_unique" UNIQUE("name"),
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_keys_hash" CHECK ("retort"."api_keys"."hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "retort"."artifacts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."artifacts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"sha256" text NOT NULL,
	"folder" text NOT NULL,
	"size" bigint,
	"files" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifacts_content" UNIQUE("folder","sha256"),
	CONSTRAINT "artifacts_sha256" CHECK ("retort"."artifacts"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "retort"."comparisons" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."comparisons_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"model_a" text NOT NULL,
	"model_b" text NOT NULL,
	"data_set" text NOT NULL,
	"slice" text DEFAULT '' NOT NULL,
	"only_a" integer NOT NULL,
	"only_b" integer NOT NULL,
	"n" integer NOT NULL,
	"p" double precision NOT NULL,
	CONSTRAINT "comparisons_pair" UNIQUE("run_id","model_a","model_b","data_set","slice"),
	CONSTRAINT "comparisons_p" CHECK ("retort"."comparisons"."p" between 0 and 1)
);
--> statement-breakpoint
CREATE TABLE "retort"."deployments" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."deployments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"artifact_id" integer,
	"folder" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"host" text NOT NULL,
	"url" text,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"note" text DEFAULT '' NOT NULL,
	CONSTRAINT "deployments_status" CHECK ("retort"."deployments"."status" in ('active', 'retired', 'failed')),
	CONSTRAINT "deployments_ended" CHECK (("retort"."deployments"."status" = 'active') = ("retort"."deployments"."ended_at" is null))
);
--> statement-breakpoint
CREATE TABLE "retort"."evaluations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."evaluations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"model" text NOT NULL,
	"data_set" text NOT NULL,
	"slice" text DEFAULT '' NOT NULL,
	"metric" text NOT NULL,
	"value" double precision NOT NULL,
	"low" double precision,
	"high" double precision,
	"n" integer NOT NULL,
	CONSTRAINT "evaluations_figure" UNIQUE("run_id","model","data_set","slice","metric"),
	CONSTRAINT "evaluations_interval" CHECK (("retort"."evaluations"."low" is null) = ("retort"."evaluations"."high" is null))
);
--> statement-breakpoint
CREATE TABLE "retort"."experiments" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."experiments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "experiments_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "retort"."metric_names" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."metric_names_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	CONSTRAINT "metric_names_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "retort"."metrics" (
	"value" double precision NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"run_id" integer NOT NULL,
	"metric_id" integer NOT NULL,
	"line" integer NOT NULL,
	"step" integer,
	"epoch" real,
	CONSTRAINT "metrics_run_id_metric_id_line_pk" PRIMARY KEY("run_id","metric_id","line")
);
--> statement-breakpoint
CREATE TABLE "retort"."run_artifacts" (
	"run_id" integer NOT NULL,
	"artifact_id" integer NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "run_artifacts_run_id_role_artifact_id_pk" PRIMARY KEY("run_id","role","artifact_id"),
	CONSTRAINT "run_artifacts_role" CHECK ("retort"."run_artifacts"."role" in ('input', 'output'))
);
--> statement-breakpoint
CREATE TABLE "retort"."run_metrics" (
	"run_id" integer NOT NULL,
	"metric_id" integer NOT NULL,
	"points" integer NOT NULL,
	"min" double precision,
	"max" double precision,
	"last" double precision NOT NULL,
	"last_line" integer NOT NULL,
	"last_step" integer,
	"last_epoch" real,
	CONSTRAINT "run_metrics_run_id_metric_id_pk" PRIMARY KEY("run_id","metric_id")
);
--> statement-breakpoint
CREATE TABLE "retort"."runs" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retort"."runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" uuid NOT NULL,
	"experiment_id" integer NOT NULL,
	"project" text NOT NULL,
	"stage" text NOT NULL,
	"status" text NOT NULL,
	"seed" bigint,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"git_commit" text,
	"git_dirty" boolean,
	"host" text,
	"machine" jsonb,
	"engine" jsonb,
	"versions" jsonb,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"exit_reason" text,
	"figures" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"folder" text,
	"lines" integer DEFAULT 0 NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"archived_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "runs_key_unique" UNIQUE("key"),
	CONSTRAINT "runs_status" CHECK ("retort"."runs"."status" in ('running', 'succeeded', 'failed', 'killed')),
	CONSTRAINT "runs_ended" CHECK (("retort"."runs"."status" = 'running') = ("retort"."runs"."ended_at" is null)),
	CONSTRAINT "runs_lines" CHECK ("retort"."runs"."lines" >= 0 and "retort"."runs"."bytes" >= 0)
);
--> statement-breakpoint
ALTER TABLE "retort"."comparisons" ADD CONSTRAINT "comparisons_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "retort"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."deployments" ADD CONSTRAINT "deployments_artifact_id_artifacts_id_fk" FOREIGN KEY ("artifact_id") REFERENCES "retort"."artifacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."evaluations" ADD CONSTRAINT "evaluations_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "retort"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."metrics" ADD CONSTRAINT "metrics_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "retort"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."metrics" ADD CONSTRAINT "metrics_metric_id_metric_names_id_fk" FOREIGN KEY ("metric_id") REFERENCES "retort"."metric_names"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."run_artifacts" ADD CONSTRAINT "run_artifacts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "retort"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."run_artifacts" ADD CONSTRAINT "run_artifacts_artifact_id_artifacts_id_fk" FOREIGN KEY ("artifact_id") REFERENCES "retort"."artifacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."run_metrics" ADD CONSTRAINT "run_metrics_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "retort"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."run_metrics" ADD CONSTRAINT "run_metrics_metric_id_metric_names_id_fk" FOREIGN KEY ("metric_id") REFERENCES "retort"."metric_names"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retort"."runs" ADD CONSTRAINT "runs_experiment_id_experiments_id_fk" FOREIGN KEY ("experiment_id") REFERENCES "retort"."experiments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "artifacts_by_sha256" ON "retort"."artifacts" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "deployments_newest" ON "retort"."deployments" USING btree ("started_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "deployments_by_artifact" ON "retort"."deployments" USING btree ("artifact_id");--> statement-breakpoint
CREATE INDEX "evaluations_by_metric" ON "retort"."evaluations" USING btree ("data_set","metric","slice","model");--> statement-breakpoint
CREATE INDEX "run_artifacts_by_artifact" ON "retort"."run_artifacts" USING btree ("artifact_id","role","run_id");--> statement-breakpoint
CREATE INDEX "run_metrics_by_last" ON "retort"."run_metrics" USING btree ("metric_id","last");--> statement-breakpoint
CREATE INDEX "runs_newest" ON "retort"."runs" USING btree ("started_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "runs_of_experiment" ON "retort"."runs" USING btree ("experiment_id","stage","started_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "runs_running" ON "retort"."runs" USING btree ("id") WHERE "retort"."runs"."status" = 'running';--> statement-breakpoint
CREATE INDEX "runs_config" ON "retort"."runs" USING gin ("config" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "runs_tags" ON "retort"."runs" USING gin ("tags");