import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
domain = config.get('domain') or 'www.example.com'
zone_name = '.'.join(domain.split('.')[1:])
tags = {'project': pulumi.get_project(), 'stack': pulumi.get_stack()}

# Where the content lives
site_bucket = aws.s3.Bucket(
    'site',
    bucket=domain,
    tags=tags,
)

site_bucket_website = aws.s3.BucketWebsiteConfiguration(
    'site-website',
    bucket=site_bucket.id,
    index_document={'suffix': 'index.html'},
    error_document={'key': '404.html'},
)

aws.s3.BucketVersioning(
    'site-versioning',
    bucket=site_bucket.id,
    versioning_configuration={
        'status': 'Enabled',
    },
)

aws.s3.BucketCorsConfiguration(
    'site-cors',
    bucket=site_bucket.id,
    cors_rules=[{
        'allowed_methods': ['GET', 'HEAD'],
        'allowed_origins': [f'https://{domain}'],  # fonts
        'allowed_headers': ['*'],
        'max_age_seconds': 3600,
    }],
)

site_access = aws.s3.BucketPublicAccessBlock(
    'site-access',
    bucket=site_bucket.id,
    block_public_acls=True,
    block_public_policy=False,
    ignore_public_acls=True,
    restrict_public_buckets=False,
)

aws.s3.BucketPolicy(
    'site-policy',
    bucket=site_bucket.id,
    policy=site_bucket.arn.apply(lambda arn: json.dumps({
        'Version': '2012-10-17',
        'Statement': [{
            'Effect': 'Allow',
            'Principal': '*',
            'Action': 's3:GetObject',
            'Resource': f'{arn}/*',
        }],
    })),
    opts=pulumi.ResourceOptions(depends_on=[site_access]),
)

# Requests are kept for a quarter
logs_bucket = aws.s3.Bucket('site-logs',
    tags=tags)

aws.s3.BucketPublicAccessBlock('site-logs-public-access-block',
    bucket=logs_bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True)

aws.s3.BucketLifecycleConfiguration('site-logs-lifecycle',
    bucket=logs_bucket.id,
    rules=[{
        'id': 'expire',
        'status': 'Enabled',
        'filter': {'prefix': 'cdn/'},
        'expiration': {'days': 90},
    }])

aws.s3.BucketOwnershipControls(
    'site-logs-ownership',
    bucket=logs_bucket.id,
    rule={'object_ownership': 'BucketOwnerPreferred'},
)

# CloudFront takes its certificate from us-east-1, wherever the rest of the stack is
us_east_1 = aws.Provider('us-east-1', region='us-east-1')

certificate = aws.acm.Certificate(
    'certificate',
    domain_name=domain,
    validation_method='DNS',
    tags=tags,
    opts=pulumi.ResourceOptions(provider=us_east_1),
)

zone = aws.route53.get_zone(name=zone_name)

validation_record = aws.route53.Record(
    'validation',
    zone_id=zone.zone_id,
    name=certificate.domain_validation_options[0].resource_record_name,
    type=certificate.domain_validation_options[0].resource_record_type,
    records=[certificate.domain_validation_options[0].resource_record_value],
    ttl=600,
)

validation = aws.acm.CertificateValidation(
    'certificate-validation',
    certificate_arn=certificate.arn,
    validation_record_fqdns=[validation_record.fqdn],
    opts=pulumi.ResourceOptions(provider=us_east_1),
)

cdn = aws.cloudfront.Distribution(
    'cdn',
    enabled=True,
    aliases=[domain],
    default_root_object='index.html',
    origins=[{
        'origin_id': site_bucket.arn,
        'domain_name': site_bucket_website.website_endpoint,
        'custom_origin_config': {
            'origin_protocol_policy': 'http-only',
            'http_port': 80,
            'https_port': 443,
            'origin_ssl_protocols': ['TLSv1.2'],
        },
    }],
    default_cache_behavior={
        'target_origin_id': site_bucket.arn,
        'viewer_protocol_policy': 'redirect-to-https',
        'allowed_methods': ['GET', 'HEAD', 'OPTIONS'],
        'cached_methods': ['GET', 'HEAD', 'OPTIONS'],
        'forwarded_values': {'query_string': False, 'cookies': {'forward': 'none'}},
        'default_ttl': 600,
    },
    price_class='PriceClass_100',
    restrictions={'geo_restriction': {'restriction_type': 'none'}},
    viewer_certificate={
        'acm_certificate_arn': validation.certificate_arn,
        'ssl_support_method': 'sni-only',
        'minimum_protocol_version': 'TLSv1.2_2021',
    },
    logging_config={'bucket': logs_bucket.bucket_domain_name, 'prefix': 'cdn/'},
    tags=tags,
)

aws.route53.Record(
    'alias',
    zone_id=zone.zone_id,
    name=domain,
    type='A',
    aliases=[{
        'name': cdn.domain_name,
        'zone_id': cdn.hosted_zone_id,
        'evaluate_target_health': True,
    }],
)

# CloudFront reports to us-east-1 only
alerts = aws.sns.Topic('alerts', opts=pulumi.ResourceOptions(provider=us_east_1))

aws.cloudwatch.MetricAlarm(
    'server-errors',
    comparison_operator='GreaterThanThreshold',
    evaluation_periods=3,
    metric_name='5xxErrorRate',
    namespace='AWS/CloudFront',
    period=300,
    statistic='Average',
    threshold=5,
    dimensions={'DistributionId': cdn.id, 'Region': 'Global'},
    alarm_actions=[alerts.arn],
    opts=pulumi.ResourceOptions(provider=us_east_1),
)

aws.cloudwatch.MetricAlarm(
    'traffic',
    alarm_description='More requests than the budget has room for',
    comparison_operator='GreaterThanThreshold',
    evaluation_periods=1,
    metric_name='Requests',
    namespace='AWS/CloudFront',
    period=3600,
    statistic='Sum',
    threshold=1_000_000,
    treat_missing_data='notBreaching',
    dimensions={'DistributionId': cdn.id, 'Region': 'Global'},
    alarm_actions=[alerts.arn],
    opts=pulumi.ResourceOptions(provider=us_east_1),
)

pulumi.export('bucket', site_bucket.bucket)
pulumi.export('origin', pulumi.Output.format('http://{0}', site_bucket_website.website_endpoint))
pulumi.export('url', f'https://{domain}')
