"""Routes of this room."""

from django.urls import path, register_converter

from nps_platform.customers.models import ImportJob
from nps_platform.customers.views import accounts, attributes, customers, imports, revenue, segments, suppressions


class ImportKindConverter:
    """customers or revenue."""

    regex = "|".join(ImportJob.Kind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ImportKindConverter, "import_kind")

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/erase/", customers.customer_erase, name="customer_erase"),
    path("customers/<int:pk>/data/", customers.customer_data, name="customer_data"),
    path("customers/<int:pk>/permissions/", customers.customer_permission, name="customer_permission"),
    path("customers/<int:pk>/suppressions/", customers.customer_suppress, name="customer_suppress"),
    path(
        "customers/<int:pk>/suppressions/<int:suppression_pk>/lift/",
        customers.customer_unsuppress,
        name="customer_unsuppress",
    ),
    path("customers/segments/", segments.segments, name="segments"),
    path("customers/segments/new/", segments.segment_new, name="segment_new"),
    path("customers/segments/builder/", segments.segment_builder, name="segment_builder"),
    path("customers/segments/<int:pk>/", segments.segment, name="segment"),
    path("customers/segments/<int:pk>/delete/", segments.segment_delete, name="segment_delete"),
    path("customers/accounts/", accounts.accounts, name="accounts"),
    path("customers/accounts/<int:pk>/", accounts.account, name="account"),
    path("customers/attributes/", attributes.attributes, name="attributes"),
    path("customers/attributes/<int:pk>/", attributes.attribute, name="attribute"),
    path("customers/attributes/<int:pk>/delete/", attributes.attribute_delete, name="attribute_delete"),
    path("customers/imports/", imports.imports, name="imports"),
    path("customers/imports/new/<import_kind:kind>/", imports.import_new, name="import_new"),
    path("customers/imports/new/<import_kind:kind>/example.csv", imports.import_example, name="import_example"),
    path("customers/imports/<int:pk>/", imports.import_job, name="import_job"),
    path("customers/imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("customers/imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("customers/imports/<int:pk>/stop/", imports.import_stop, name="import_stop"),
    path("customers/imports/<int:pk>/columns/", imports.import_reopen, name="import_reopen"),
    path("customers/imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("customers/imports/<int:pk>/refused.csv", imports.import_refused, name="import_refused"),
    path("deliverability/suppressions/", suppressions.suppressions, name="suppressions"),
    path("deliverability/suppressions/new/", suppressions.suppression_new, name="suppression_new"),
    path("deliverability/suppressions/import/", suppressions.suppressions_import, name="suppressions_import"),
    path("deliverability/suppressions.csv", suppressions.suppressions_export, name="suppressions_export"),
    path("deliverability/suppressions/<int:pk>/remove/", suppressions.suppression_remove, name="suppression_remove"),
    path("customers/revenue/unmatched/", revenue.unmatched, name="unmatched"),
    path("customers/revenue/unmatched.csv", revenue.unmatched_csv, name="unmatched_csv"),
]
