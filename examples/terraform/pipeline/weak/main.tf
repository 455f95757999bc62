# A build pipeline: repository, encrypted artifacts, build project, triggers and monitoring.

data "aws_caller_identity" "current" {}

resource "aws_codecommit_repository" "app" {
  repository_name = "app-${var.environment_suffix}"
  description     = "Application source code"
  tags            = var.tags
}

resource "aws_iam_role" "build" {
  name = "build-role-${var.environment_suffix}"
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "codebuild.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

# What a build may do
resource "aws_iam_role_policy" "build" {
  name = "build-policy-${var.environment_suffix}"
  role = aws_iam_role.build.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.build.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
        Resource = "${aws_s3_bucket.artifacts.arn}/*"
      },
      {
        Effect = "Allow"
        Action = [
          "s3:ListBucket",
        ]
        Resource = aws_s3_bucket.artifacts.arn
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.build.arn
      },
      {
        Effect   = "Allow"
        Action   = "codecommit:GitPull"
        Resource = aws_codecommit_repository.app.arn
      },
    ]
  })
}

resource "aws_codebuild_project" "build" {
  name           = "build-project-${var.environment_suffix}"
  description    = "Builds and tests the application"
  service_role   = aws_iam_role.build.arn
  build_timeout  = 20
  encryption_key = aws_kms_key.build.arn
  tags           = var.tags

  artifacts {
    type      = "S3"
    location  = aws_s3_bucket.artifacts.bucket
    packaging = "ZIP"
  }

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux2-x86_64-standard:5.0"
    type         = "LINUX_CONTAINER"

    environment_variable {
      name  = "ENVIRONMENT_SUFFIX"
      value = var.environment_suffix
    }

    environment_variable {
      name  = "ARTIFACTS_BUCKET"
      value = aws_s3_bucket.artifacts.bucket # for the buildspec's cache
    }
  }

  source {
    type      = "CODECOMMIT"
    location  = aws_codecommit_repository.app.clone_url_http
    buildspec = "buildspec.yml"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.build.name
    }
  }
}

# Build every push to main
resource "aws_iam_role" "events" {
  name = "events-role-${var.environment_suffix}"
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "events" {
  name = "events-policy-${var.environment_suffix}"
  role = aws_iam_role.events.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "codebuild:StartBuild", Resource = aws_codebuild_project.build.arn }]
  })
}

resource "aws_cloudwatch_event_rule" "push" {
  name        = "push-rule-${var.environment_suffix}"
  description = "A push to main"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.codecommit"]
    detail-type = ["CodeCommit Repository State Change"]
    resources   = [aws_codecommit_repository.app.arn]
    detail      = { referenceType = ["branch"], referenceName = ["main"] }
  })
}

resource "aws_cloudwatch_event_target" "push" {
  rule     = aws_cloudwatch_event_rule.push.name
  arn      = aws_codebuild_project.build.arn
  role_arn = aws_iam_role.events.arn
}

output "repository_url" {
  value = aws_codecommit_repository.app.clone_url_http
}
