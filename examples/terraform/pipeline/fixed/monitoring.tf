resource "aws_sns_topic" "builds" {
  name              = "build-notifications-${var.environment_suffix}"
  kms_master_key_id = aws_kms_key.build.id
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "build" {
  name              = "/aws/codebuild/build-project-${var.environment_suffix}"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.build.arn
  tags              = var.tags
}

# Tell the team about builds that fail
resource "aws_cloudwatch_event_rule" "failed" {
  name        = "failed-rule-${var.environment_suffix}"
  description = "A build has failed"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.codebuild"]
    detail-type = ["CodeBuild Build State Change"]
    detail      = { build-status = ["FAILED"], project-name = [aws_codebuild_project.build.name] }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule = aws_cloudwatch_event_rule.failed.name
  arn  = aws_sns_topic.builds.arn
}

resource "aws_cloudwatch_metric_alarm" "failure" {
  alarm_name          = "codebuild-failure-alarm-${var.environment_suffix}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  metric_name         = "FailedBuilds"
  namespace           = "AWS/CodeBuild"
  period              = 300
  statistic           = "Sum"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.builds.arn]
  tags                = var.tags

  dimensions = {
    ProjectName = aws_codebuild_project.build.name
  }
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name          = "codebuild-duration-alarm-${var.environment_suffix}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Duration"
  namespace           = "AWS/CodeBuild"
  period              = 300
  statistic           = "Average"
  threshold           = 900 # seconds
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.builds.arn]
  tags                = var.tags

  dimensions = {
    ProjectName = aws_codebuild_project.build.name
  }
}

resource "aws_cloudwatch_metric_alarm" "daily" {
  alarm_name          = "codebuild-daily-builds-alarm-${var.environment_suffix}"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  metric_name         = "Builds"
  namespace           = "AWS/CodeBuild"
  period              = 86400
  statistic           = "Sum"
  threshold           = 100
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.builds.arn]
  tags                = var.tags

  dimensions = {
    ProjectName = aws_codebuild_project.build.name
  }
}

resource "aws_cloudwatch_dashboard" "builds" {
  dashboard_name = "codebuild-${var.environment_suffix}"

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 6
        properties = {
          metrics = [
            ["AWS/CodeBuild", "SucceededBuilds", "ProjectName", aws_codebuild_project.build.name, { stat = "Sum", label = "Succeeded" }],
            [".", "FailedBuilds", "ProjectName", aws_codebuild_project.build.name, { stat = "Sum", label = "Failed" }],
          ]
          period  = 300
          region  = data.aws_region.current.name
          title   = "Build results"
          yAxis   = { left = { min = 0 } }
          view    = "timeSeries"
          stacked = false
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 0
        width  = 12
        height = 6
        properties = {
          metrics = [
            ["AWS/CodeBuild", "Duration", "ProjectName", aws_codebuild_project.build.name, { label = "Duration" }],
            [".", "QueuedDuration", ".", ".", { label = "Queued duration" }],
          ]
          period  = 300
          stat    = "Average"
          region  = data.aws_region.current.name
          title   = "Build duration"
          view    = "timeSeries"
          stacked = false
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 6
        width  = 12
        height = 6
        properties = {
          metrics = [["AWS/CodeBuild", "Builds", "ProjectName", aws_codebuild_project.build.name]]
          period  = 86400
          stat    = "Sum"
          region  = data.aws_region.current.name
          title   = "Builds per day"
          view    = "timeSeries"
          stacked = false
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 6
        width  = 12
        height = 6
        properties = {
          metrics = [
            ["AWS/Events", "TriggeredRules", "RuleName", aws_cloudwatch_event_rule.push.name, { label = "Triggered rules" }],
            [".", "FailedInvocations", ".", ".", { label = "Failed invocations" }],
          ]
          period  = 300
          stat    = "Sum"
          region  = data.aws_region.current.name
          title   = "Pushes to main"
          view    = "timeSeries"
          stacked = false
        }
      },
    ]
  })
}

output "dashboard_url" {
  value = "https://console.aws.amazon.com/cloudwatch/home?region=${data.aws_region.current.name}#dashboards:name=${aws_cloudwatch_dashboard.builds.dashboard_name}"
}
