/* SPDX-License-Identifier: MIT */
/*
 * Stands in for Apple's programs under Wine: a service that the real service control manager knows and runs, and what listens at Apple's port.
 *
 *	helper install NAME START PROGRAM ARGUMENTS	a service; START as in the registry: 2 automatic, 3 manual, 4 disabled
 *	helper start NAME, stop NAME, delete NAME
 *	helper service WHAT [UDID..]			as a service: WHAT as below, or `none`
 *	helper listen WHAT [UDID..]			as a program: `list` answers with these devices, `silent` takes connections, `other` says something else
 */
#include <winsock2.h>
#include <windows.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count;
static char **words;	/* WHAT, UDID.. */

static void
put_word(char *at, unsigned v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(v >> (8 * i));
}

static void
answer(SOCKET c)
{
	static char text[1 << 16];
	char header[16], ignored[4096];
	size_t n;

	if (recv(c, ignored, sizeof ignored, 0) <= 0)
		return;
	if (strcmp(words[0], "other") == 0) {
		send(c, "HTTP/1.0 400 what?\r\n\r\n", 22, 0);
		return;
	}
	n = (size_t)sprintf(text, "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>DeviceList</key><array>");
	for (int i = 1; i < count; i++)
		n += (size_t)sprintf(text + n, "<dict><key>DeviceID</key><integer>%d</integer><key>Properties</key><dict><key>ConnectionType</key><string>USB</string>"
			"<key>SerialNumber</key><string>%s</string></dict></dict>", i, words[i]);
	n += (size_t)sprintf(text + n, "</array></dict></plist>");
	put_word(header, (unsigned)n + 16);
	put_word(header + 4, 1);
	put_word(header + 8, 8);
	put_word(header + 12, 1);
	send(c, header, 16, 0);
	send(c, text, (int)n, 0);
}

static DWORD WINAPI
listen_on(void *nothing)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(27015), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	WSADATA data;
	SOCKET s;

	(void)nothing;
	WSAStartup(MAKEWORD(2, 2), &data);
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s, (struct sockaddr *)&at, sizeof at) != 0 || listen(s, 8) != 0)
		return 1;
	for (;;) {
		SOCKET c = accept(s, NULL, NULL);

		if (strcmp(words[0], "silent") == 0)
			continue;
		answer(c);
		shutdown(c, SD_SEND);
		closesocket(c);
	}
}

static SERVICE_STATUS_HANDLE handle;
static HANDLE ended;

static void
tell(DWORD state)
{
	SERVICE_STATUS s = { .dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state, .dwControlsAccepted = SERVICE_ACCEPT_STOP };

	SetServiceStatus(handle, &s);
}

static DWORD WINAPI
control(DWORD what, DWORD kind, void *data, void *context)
{
	(void)kind, (void)data, (void)context;
	if (what == SERVICE_CONTROL_STOP)
		SetEvent(ended);
	return NO_ERROR;
}

static void WINAPI
serve(DWORD argc, wchar_t **argv)
{
	(void)argc;
	handle = RegisterServiceCtrlHandlerExW(argv[0], control, NULL);
	if (strcmp(words[0], "none") != 0)
		CreateThread(NULL, 0, listen_on, NULL, 0, NULL);
	Sleep(100);
	tell(SERVICE_RUNNING);
	WaitForSingleObject(ended, INFINITE);
	tell(SERVICE_STOPPED);
}

static int
with_service(const char *what, char **argv, int argc)
{
	SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), s;
	SERVICE_STATUS status;

	if (strcmp(what, "install") == 0) {
		char command[2000];
		int n = snprintf(command, sizeof command, "\"%s\"", argv[2]);

		for (int i = 3; i < argc; i++)
			n += snprintf(command + n, sizeof command - (size_t)n, " %s", argv[i]);
		return CreateServiceA(manager, argv[0], argv[0], SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, (DWORD)atoi(argv[1]), SERVICE_ERROR_NORMAL,
			command, NULL, NULL, NULL, NULL, NULL) ? 0 : (int)GetLastError();
	}
	s = OpenServiceA(manager, argv[0], SERVICE_ALL_ACCESS);
	if (!s)
		return (int)GetLastError();
	if (strcmp(what, "start") == 0) {
		if (!StartServiceA(s, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)	/* Wine starts what starts by itself at once */
			return (int)GetLastError();
		for (int i = 0; i < 100 && QueryServiceStatus(s, &status) && status.dwCurrentState != SERVICE_RUNNING; i++)
			Sleep(50);
		return status.dwCurrentState != SERVICE_RUNNING;
	}
	for (int i = 0; i < 100 && QueryServiceStatus(s, &status) && status.dwCurrentState != SERVICE_STOPPED; i++) {
		if (status.dwCurrentState == SERVICE_RUNNING)
			ControlService(s, SERVICE_CONTROL_STOP, &status);
		Sleep(50);
	}
	return strcmp(what, "delete") != 0 || DeleteService(s) ? 0 : (int)GetLastError();
}

int
main(int argc, char **argv)
{
	SERVICE_TABLE_ENTRYW table[] = { { L"", serve }, { NULL, NULL } };

	if (argc < 3)
		return 64;
	words = argv + 2;
	count = argc - 2;
	if (strcmp(argv[1], "listen") == 0)
		return (int)listen_on(NULL);
	if (strcmp(argv[1], "service") == 0) {
		ended = CreateEventW(NULL, TRUE, FALSE, NULL);
		return !StartServiceCtrlDispatcherW(table);
	}
	return with_service(argv[1], argv + 2, argc - 2);
}
