"""Stands in for curl on a machine that has none, for as much of it as the manual uses."""

import argparse
import sys
from http import HTTPStatus

import httpx


def main() -> None:
    parser = argparse.ArgumentParser("curl")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-i", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data")
    parser.add_argument("url")
    wanted = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in wanted.headers)
    if wanted.data is not None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    method = wanted.method or ("GET" if wanted.data is None else "POST")
    with httpx.Client(trust_env=False, timeout=60) as client:
        answer = client.request(method, wanted.url, headers=headers, content=wanted.data)
    if wanted.i:
        sys.stdout.write(f"HTTP/1.1 {answer.status_code} {HTTPStatus(answer.status_code).phrase}\r\n")
        sys.stdout.write("".join(f"{name}: {value}\r\n" for name, value in answer.headers.items()) + "\r\n")
    sys.stdout.write(answer.text)


if __name__ == "__main__":
    main()
