"""Templates of CloudFormation, SAM and CDK: structure is literal, names are not, and nothing is dropped silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interchange.support import imported, refusal, tables, todos

KEYS = """
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]"""


def _table(more: str = "", head: str = "", resource: str = "") -> str:
    return f"""{head}
Resources:
  UsersTable:
    Type: AWS::DynamoDB::Table{resource}
    Properties:{KEYS}
      BillingMode: PAY_PER_REQUEST{more}
"""


def test_a_whole_table(tmp_path: Path) -> None:
    """Every setting that a template has of a table becomes the plan's own."""
    text = _table(
        """
      TableName: prod-users
      GlobalSecondaryIndexes:
        - IndexName: by_mail
          KeySchema: [{AttributeName: mail, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
          Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [name]}
          ContributorInsightsSpecification: {Enabled: true}
      LocalSecondaryIndexes: []
      TimeToLiveSpecification: {AttributeName: gone, Enabled: "true"}
      StreamSpecification: {StreamViewType: KEYS_ONLY}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: "7"}
      DeletionProtectionEnabled: true
      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: alias/x}
      TableClass: STANDARD_INFREQUENT_ACCESS
      Tags: [{Key: cost, Value: 12}]
      KinesisStreamSpecification: {StreamArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/s"}
      ResourcePolicy: {PolicyDocument: {Version: 2012-10-17, Statement: []}}"""
    ).replace(
        "id, AttributeType: S}]",
        "id, AttributeType: S}, {AttributeName: mail, AttributeType: S}, {AttributeName: at, AttributeType: N}]",
    )

    assert tables(imported(tmp_path, text)) == {
        "users": {
            "name": "prod-users",
            "key_types": {"at": "N"},
            "partition_key": "id",
            "global_secondary_indexes": {
                "by_mail": {
                    "partition_key": "mail",
                    "sort_key": "at",
                    "projection": ["name"],
                    "contributor_insights": True,
                }
            },
            "billing": "on_demand",
            "time_to_live": "gone",
            "stream": "KEYS_ONLY",
            "point_in_time_recovery": {"days": 7},
            "deletion_protection": True,
            "encryption": "alias/x",
            "table_class": "infrequent_access",
            "tags": {"cost": "12"},
            "resource_policy": {"Version": "2012-10-17", "Statement": []},
            "kinesis": {"stream_arn": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"},
        }
    }
    assert todos(imported(tmp_path, text)) == []


PARAMETERS = """
Parameters:
  Stage: {Type: String}
  Name: {Type: String, Default: app}
  Units: {Type: Number, Default: 5}
  FromSsm: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/name}
Mappings: {ByStage: {prod: {pitr: true}, dev: {pitr: false}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Equals [!Ref Name, app]]"""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("!Sub '${Name}-${Stage}'", "app-prod"),
        ("!Join ['-', [!Ref Name, !Ref Stage, x]]", "app-prod-x"),
        ("{'Fn::Join': ['', [a, !Select [1, !Split [',', 'p,qqq']]]]}", "aqqq"),
        ("!Sub ['${N}-${Stage}', {N: !Ref Name}]", "app-prod"),
        ("!If [IsProd, live, !Ref Name]", "live"),
        ("!If [NotProd, live, !Ref Name]", "app"),
        ("!If [Either, yes-name, no-name]", "yes-name"),
        ("!Sub '${!Literal}x'", None),
    ],
)
def test_functions_are_worked_out(value: str, name: str | None, tmp_path: Path) -> None:
    """With parameters given, names come out as CloudFormation makes them."""
    found = tables(imported(tmp_path, _table(f"\n      TableName: {value}", PARAMETERS), Stage="prod"))

    assert found["users"].get("name") == name


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("!Sub '${Name}-${Stage}'", "the parameter Stage has no default; --set Stage=VALUE says it"),
        ("!Sub 'x-${AWS::StackName}'", "AWS::StackName is known only when it is deployed"),
        ("!Ref FromSsm", "is looked up in SSM"),
        ("'{{resolve:ssm:/a}}-x'", "it is looked up when the stack is deployed"),
        ("!ImportValue other", "it is the output of another stack"),
        ("!GetAtt Key.Arn", "it is known only when Key is made"),
        ("!If [IsProd, a-b, c-d]", "the condition IsProd cannot be known"),
        ("{'Fn::Transform': {Name: x}}", "Fn::Transform is worked out by CloudFormation only"),
    ],
)
def test_what_cannot_be_known_is_a_todo(value: str, why: str, tmp_path: Path) -> None:
    """The table is imported all the same, and the reason stands in its TODO."""
    draft = imported(tmp_path, _table(f"\n      TableName: {value}", PARAMETERS))

    assert [why in todo for _, todo in draft.all_todos] == [True]
    assert "name" not in tables(draft)["users"]


def test_settings_that_switch_together(tmp_path: Path) -> None:
    """BillingMode and ProvisionedThroughput by If and NoValue, mappings, and numbers as texts."""
    text = _table(
        """
      ProvisionedThroughput: !If
        - NotProd
        - {ReadCapacityUnits: !Ref Units, WriteCapacityUnits: "6"}
        - !Ref AWS::NoValue
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: !FindInMap [ByStage, !Ref Stage, pitr]}""",
        PARAMETERS,
    ).replace("BillingMode: PAY_PER_REQUEST", "BillingMode: !If [NotProd, PROVISIONED, PAY_PER_REQUEST]")

    prod, dev = (tables(imported(tmp_path, text, Stage=stage))["users"] for stage in ("prod", "dev"))
    nobody = imported(tmp_path, text)

    assert prod == {"partition_key": "id", "billing": "on_demand", "point_in_time_recovery": True}
    assert dev["capacity"] == {"read": 5, "write": 6}
    assert dev["billing"] == "provisioned"
    assert dev["point_in_time_recovery"] is False
    assert todos(nobody) == ["table.users billing", "table.users capacity", "table.users point_in_time_recovery"]


def test_an_index_that_a_condition_makes_is_never_guessed(tmp_path: Path) -> None:
    """A table whose indexes cannot be known is refused, and the sentence names the parameter."""
    index = "{IndexName: g, KeySchema: [{AttributeName: id, KeyType: HASH}], Projection: {ProjectionType: ALL}}"
    text = _table(f"\n      GlobalSecondaryIndexes: [!If [IsProd, {index}, !Ref AWS::NoValue]]", PARAMETERS)

    assert "--set Stage=VALUE says it" in refusal(tmp_path, text)
    assert "g" in tables(imported(tmp_path, text, Stage="prod"))["users"]["global_secondary_indexes"]
    assert "global_secondary_indexes" not in tables(imported(tmp_path, text, Stage="dev"))["users"]


def test_conditions_and_policies_of_the_resource(tmp_path: Path) -> None:
    """A table that a condition leaves out is said; Retain is said; an unknown attribute is said."""
    more = "\n    Condition: IsProd\n    DeletionPolicy: Retain\n    CreationPolicy: {}"
    draft = imported(tmp_path, _table("", PARAMETERS, more))

    assert todos(draft) == [
        "table.users condition",
        "table.users deletion_protection",
        "table.users CreationPolicy",
    ]
    assert "its condition IsProd does not hold" in refusal(tmp_path, _table("", PARAMETERS, more), Stage="dev")


def test_every_unknown_property_is_listed(tmp_path: Path) -> None:
    """A property that no plan has is a TODO with its value, of the table and of an index."""
    draft = imported(
        tmp_path,
        _table(
            """
      ImportSourceSpecification: {InputFormat: CSV}
      StreamSpecification: {StreamViewType: KEYS_ONLY, ResourcePolicy: {}}
      GlobalSecondaryIndexes:
        - IndexName: ggg
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          New: 1"""
        ),
    )

    assert todos(draft) == [
        "table.users global_secondary_indexes.ggg",
        "table.users ImportSourceSpecification",
        "table.users StreamSpecification.ResourcePolicy",
    ]


def test_autoscaling_beside_the_table_is_joined(tmp_path: Path) -> None:
    """Scalable targets belong to a table by reference, with the aim of the policy that names them."""
    text = (
        _table("\n      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}").replace(
            "PAY_PER_REQUEST", "PROVISIONED"
        )
        + """
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      {ServiceNamespace: dynamodb, MinCapacity: 1, MaxCapacity: 9, RoleARN: !GetAtt Role.Arn,
       ResourceId: !Join [/, [table, !Ref UsersTable]], ScalableDimension: "dynamodb:table:ReadCapacityUnits"}
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties: {ScalingTargetId: !Ref Target, TargetTrackingScalingPolicyConfiguration: {TargetValue: 55.0}}
"""
    )
    capacity = tables(imported(tmp_path, text))["users"]["capacity"]

    assert capacity == {"read": {"min": 1, "max": 9, "target": 55}, "write": 2}


def test_sam_and_its_globals(tmp_path: Path) -> None:
    """SimpleTable has one key, `id` where none is named, is on demand without units, and takes Globals."""
    text = """
      Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
      Globals: {SimpleTable: {SSESpecification: {SSEEnabled: true}}}
      Resources:
        Plain: {Type: AWS::Serverless::SimpleTable}
        Keyed:
          Type: AWS::Serverless::SimpleTable
          Properties:
            PrimaryKey: {Name: number, Type: Number}
            ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 6}
            Tags: {a: b}
    """

    assert tables(imported(tmp_path, text)) == {
        "plain": {"partition_key": "id", "billing": "on_demand", "encryption": "aws_managed"},
        "keyed": {
            "key_types": {"number": "N"},
            "partition_key": "number",
            "billing": "provisioned",
            "capacity": {"read": 5, "write": 6},
            "encryption": "aws_managed",
            "tags": {"a": "b"},
        },
    }


def test_cdk_ids_lose_their_hash(tmp_path: Path) -> None:
    """A synthesised template has no names, numbers as numbers, and logical ids with a hash."""
    text = """{"Resources": {"DynamoOrders821C2ED9": {"Type": "AWS::DynamoDB::Table", "Metadata": {"a": 1},
      "UpdateReplacePolicy": "Delete", "Properties": {"BillingMode": "PAY_PER_REQUEST",
      "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
      "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]}}}}"""

    assert list(tables(imported(tmp_path, text, "t.template.json"))) == ["dynamo_orders"]


def test_a_global_table(tmp_path: Path) -> None:
    """The stack's Region is the table itself, the others are its replicas; unsaid it is the first one, with a TODO."""
    text = f"""
Resources:
  World:
    Type: AWS::DynamoDB::GlobalTable
    Properties:{KEYS}
      BillingMode: PAY_PER_REQUEST
      SSESpecification: {{SSEEnabled: true}}
      Replicas:
        - {{Region: eu-west-1, DeletionProtectionEnabled: true}}
        - Region: us-east-1
          PointInTimeRecoverySpecification: {{PointInTimeRecoveryEnabled: true}}
          NewSetting: 1
"""
    first = imported(tmp_path, text)
    said = imported(tmp_path, text, **{"AWS::Region": "us-east-1"})

    assert todos(first) == ["table.world replicas", "table.world replicas.us-east-1"]
    assert tables(first)["world"]["replicas"] == {"us-east-1": {"point_in_time_recovery": True}}
    assert tables(first)["world"]["deletion_protection"] is True
    assert tables(said)["world"]["point_in_time_recovery"] is True
    assert tables(said)["world"]["replicas"] == {"eu-west-1": {"deletion_protection": True}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: {A: {Type: AWS::S3::Bucket}}", "has 1 resources, and none of them is a table"),
        ("Resources: {'Fn::ForEach::X': [a]}", "which CloudFormation alone works out"),
        (
            "Resources:\n  A: {Type: AWS::SNS::Topic}\n#  B:\n#    Type: AWS::DynamoDB::Table\n",
            "Tables stand only in comments, from line 4",
        ),
        ("Resources:\n  {{#each}}\n  A: {}\n", "It looks like a template for another program: render it first"),
        ("A: 1\n--!! remove this line --\nB: 2\n", "line 2 `--!! remove this line --`"),
        ("apiVersion: v1\nkind: CloudFormationTemplate\n", "is a Kubernetes object (CloudFormationTemplate)"),
        ("just a text", "is a text"),
        ("", "holds no values"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(text: str, said: str, tmp_path: Path) -> None:
    """In one sentence, with the line where there is one."""
    assert said in refusal(tmp_path, text)
