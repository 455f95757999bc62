"""Environment variables that Lambda sets itself, and refuses from anybody else."""

from __future__ import annotations

FUNCTIONS = ("aws.lambda.Function", "aws.lambda.CallbackFunction")
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")

_NAMES = (
    *REGIONS,
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
)
RESERVED = {spelling: name for name in _NAMES for spelling in (name, name.replace("_", ""))}
"""By how they are written, and by how a mapping is read whose keys could be inputs: without underscores."""
