"""CSV as people send it: any encoding and delimiter read, hostile files refused, nothing run by a spreadsheet."""

from __future__ import annotations

import csv
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_platform.lib.csvio import CsvRefused, Limits, neutralise, preview, rows, sniff, write_csv

TABLE = [["código", "nombre", "importe"], ["a1", "Núñez, Ana", "1.234,50"], ["a2", "José", "7,00"]]


def written(tmp_path: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def as_text(delimiter: str, newline: str = "\r\n") -> str:
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=newline).writerows(TABLE)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_every_common_way_of_writing_a_file_reads_the_same(tmp_path, delimiter, encoding, bom, newline):
    path = written(tmp_path, bom + as_text(delimiter, newline).encode(encoding))
    dialect = sniff(path)
    assert (dialect.delimiter, dialect.has_bom, dialect.newline) == (delimiter, bool(bom), newline)
    assert list(rows(path, dialect)) == list(enumerate(TABLE, start=1))


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path):
    path = written(tmp_path, "id;importe\na;1,5\nb;2,5\nc;3,5\n")
    assert sniff(path).delimiter == ";"


@pytest.mark.parametrize("later", ["", '40,"Zoe",z@x.example\n', '40,Zoe "La Zurda",z@x.example\n'])
@pytest.mark.parametrize("many", [5, 500, 50_000])
def test_a_quote_that_is_not_closed_is_named_by_its_line(tmp_path, later, many):
    text = 'id,name,email\n1,Ana,a@x.example\n2,"Eva,e@x.example\n' + "3,Pía,p@x.example\n" * many
    path = written(tmp_path, text + later + "41,Eva,e@x.example\n")
    with pytest.raises(CsvRefused) as refused:
        list(rows(path, sniff(path)))
    assert (refused.value.code, refused.value.detail) == ("malformed", "3")


def test_quotes_that_are_closed_may_hold_lines_and_stray_ones_in_a_line_are_taken_as_meant(tmp_path):
    path = written(tmp_path, 'id,name\n1,"Ana\n""La"" Roja"\n2,"Juan "Pepe" Paz"\n3,12" pipe\n4,"Eva"')
    assert [cells[1] for _line, cells in rows(path, sniff(path))][1:] == [
        'Ana\n"La" Roja',
        'Juan Pepe" Paz"',
        '12" pipe',
        "Eva",
    ]


def test_excels_own_first_line_is_believed_and_skipped(tmp_path):
    path = written(tmp_path, "sep=;\r\nid;name\r\n1;Ana\r\n")
    assert list(rows(path, sniff(path))) == [(2, ["id", "name"]), (3, ["1", "Ana"])]


def test_an_accent_far_behind_the_sample_still_decides_the_encoding(tmp_path):
    path = written(tmp_path, b"id,name\n" + b"1,Ana\n" * 40_000 + "2,Núñez\n".encode("cp1252"))
    assert sniff(path).encoding == "cp1252"
    assert list(rows(path, sniff(path)))[-1] == (40_002, ["2", "Núñez"])


def test_line_numbers_are_where_a_record_starts_and_blank_records_are_left_out(tmp_path):
    path = written(tmp_path, 'id,note\n1,"two\nlines"\n\n,\n2,x\n')
    assert list(rows(path, sniff(path))) == [(1, ["id", "note"]), (2, ["1", "two\nlines"]), (6, ["2", "x"])]


def test_a_preview_shows_the_header_and_the_first_records(tmp_path):
    path = written(tmp_path, "id , name\n" + "".join(f"{i},n\n" for i in range(99)))
    shown = preview(path, sniff(path), count=3)
    assert (shown.header, shown.column(0)) == (["id", "name"], ["0", "1", "2"])


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "empty", ""),
        (b"\xef\xbb\xbf \r\n", "empty", ""),
        (b"PK\x03\x04rest", "not_csv", "xlsx"),
        (b"%PDF-1.7", "not_csv", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_csv", "xls"),
        (b"  <!DOCTYPE html><p>", "not_csv", "html"),
        (bytes(range(1, 32)) * 20, "not_csv", "binary"),
        (b"id,name\n1,\0\n", "nul_bytes", ""),
        (b"id,name\n1,\x81\n", "encoding", ""),
        (b"\xff\xfei\0d\0\x00\xd8a\0", "encoding", ""),
    ],
)
def test_what_is_no_csv_is_refused_before_reading(tmp_path, content, code, detail):
    with pytest.raises(CsvRefused) as refusal:
        sniff(written(tmp_path, content))
    assert (refusal.value.code, refusal.value.detail) == (code, detail)


@pytest.mark.parametrize(
    ("content", "limits", "code"),
    [
        ("id,name\n1,Ana\n", Limits(bytes=5), "too_big"),
        ("a,b,c\n", Limits(columns=2), "too_many_columns"),
        ("id\n" + "1\n" * 3, Limits(rows=2), "too_many_rows"),
        ("id\n" + "x" * 50 + "\n", Limits(cell=49), "cell_too_long"),
        ("id\n" + "x" * 200, Limits(line=100), "line_too_long"),
        ('id,name\n1,"never closed\n' + "x\n" * 100_000, Limits(), "malformed"),
        ("id\n" + "1\n" * 40_000 + "\0\n", Limits(), "nul_bytes"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(tmp_path, content, limits, code):
    path = written(tmp_path, content)
    with pytest.raises(CsvRefused) as refusal:
        list(rows(path, sniff(path, limits), limits))
    assert refusal.value.code == code


def test_as_many_rows_as_allowed_are_read(tmp_path):
    path = written(tmp_path, "id\n1\n2\n")
    assert len(list(rows(path, sniff(path), Limits(rows=2)))) == 3


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\t\r\n=+-@ '), max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3).filter(any), max_size=20), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read_back_neutralised(table, delimiter):
    table = [["uno", "dos", "tres"], *table]
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), b"".join(write_csv(table, delimiter=delimiter)))
        dialect = sniff(path)
        assert dialect.delimiter == delimiter
        assert [record for _line, record in rows(path, dialect)] == [[neutralise(c) for c in r] for r in table]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1+1", "＝1+1", "\r=1"])
def test_no_cell_runs_as_a_formula(cell):
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "+34 600 111 222", "a=b", "3-4", "", "Ana"])
def test_harmless_cells_stay_as_they_are(cell):
    assert neutralise(cell) == cell


def test_writing_streams_in_chunks_and_keeps_numbers():
    chunks = list(write_csv([[i, None, -1.5, "x" * 100] for i in range(5000)]))
    assert len(chunks) > 5
    assert chunks[0].startswith(b"\xef\xbb\xbf0,,-1.5,xxx")
