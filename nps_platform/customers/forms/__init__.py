"""What people fill in about customers, segments, files."""

from nps_platform.customers.forms.columns import ColumnsForm, ExampleForm, UploadForm
from nps_platform.customers.forms.customer import CustomerForm, PermissionForm, SuppressionForm
from nps_platform.customers.forms.others import AccountForm, AttributeForm, FilterForm
from nps_platform.customers.forms.segment import SegmentForm

__all__ = [
    "AccountForm",
    "AttributeForm",
    "ColumnsForm",
    "CustomerForm",
    "ExampleForm",
    "FilterForm",
    "PermissionForm",
    "SegmentForm",
    "SuppressionForm",
    "UploadForm",
]
