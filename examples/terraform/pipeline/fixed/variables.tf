variable "environment_suffix" {
  description = "What tells this environment from others, as dev"
  type        = string
}

variable "tags" {
  description = "Tags of everything that takes some"
  type        = map(string)
  default     = {}
}
