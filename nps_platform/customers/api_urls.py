"""API routes of this room."""

from django.urls import path

from nps_platform.customers.api import CustomerDataView, CustomersView, CustomerView
from nps_platform.customers.api_revenue import RevenueView

urlpatterns = [
    path("customers", CustomersView.as_view(), name="api_customers"),
    path("customers/<int:pk>/data", CustomerDataView.as_view(), name="api_customer_data"),
    path("customers/<int:pk>", CustomerView.as_view(), name="api_customer"),
    path("revenue", RevenueView.as_view(), name="api_revenue"),
]
