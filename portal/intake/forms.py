from django import forms

from portal.intake.rules import LARGEST_FILE


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV or Excel (.xlsx) file",
        help_text="Up to 5 MB and 50,000 rows. Any order of columns. Of a workbook, the first sheet is read.",
        error_messages={
            "required": "Choose the file to upload.",
            "empty": "The file is empty. Check that you saved it before uploading.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 5 MB. Split it and upload the parts one by one.")
        return file
