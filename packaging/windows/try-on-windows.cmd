@echo off
rem Tries the setup beside this script on a real Windows, from installing to removing, in some minutes, and writes
rem bindtool-on-windows.txt beside it, which names no person, computer or folder. No device is bound on Coze: that is
rem done on the practice server. Coze's site is asked once whether it can be reached, without a token.
rem
rem Usage: try-on-windows.cmd [/q]     /q: don't wait for a key at the end
rem Exit status: 0 all is well, 1 something failed, 2 not tried
setlocal EnableExtensions DisableDelayedExpansion
set steps=0
set failed=0
set "quiet=%~1"

pushd "%~dp0"
set "setup="
for %%F in (bindtool-*-setup.exe) do set "setup=%~dp0%%F"
if not defined setup echo Put bindtool-X-setup.exe beside this script first.
if not defined setup goto not_tried
set "program=%LOCALAPPDATA%\Programs\bindtool"
reg query HKCU\Software\bindtool >nul 2>nul && goto installed_already
reg query HKLM\Software\bindtool >nul 2>nul && goto installed_already
set "report=%~dp0bindtool-on-windows.txt"
echo bindtool on Windows>"%report%"
if not exist "%report%" echo Nothing can be written beside this script. Copy it and the setup to another folder.
if not exist "%report%" goto not_tried

rem What it leaves is in a folder of its own, and so are the data of the bindtool that is tried.
set "work=%TEMP%\bindtool-trial"
if exist "%work%" rmdir /s /q "%work%"
mkdir "%work%"
cd /d "%work%"
set "BINDTOOL_DATA_DIR=%work%\data"
set LANGUAGE=en
echo var t = new Date(); WScript.Echo(Math.floor((t - new Date(t.getFullYear(), t.getMonth(), t.getDate())) / 10));>now.js

for /f "delims=" %%a in ('ver') do call :say "system    %%a"
set locale=?
set dots=?
set memory=?
for /f "tokens=1,3" %%a in ('reg query "HKCU\Control Panel\International" /v LocaleName') do if "%%a"=="LocaleName" set "locale=%%b"
for /f "tokens=1,3" %%a in ('reg query "HKCU\Control Panel\Desktop\WindowMetrics" /v AppliedDPI') do if "%%a"=="AppliedDPI" set /a dots=%%b
for /f %%a in ('powershell -NoProfile -Command "[math]::Round((Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory / 1MB)" 2^>nul') do set "memory=%%a"
call :say "machine   %NUMBER_OF_PROCESSORS% processors, %memory% MiB, %dots% dots an inch, %locale%"

call :begin
start "" /wait "%setup%" /S
set status=%ERRORLEVEL%
call :judge "the setup installs silently" 0 %status%
if not exist "%program%\bindtool-cli.exe" call :say "FAILED    there is no program where it should be"
if not exist "%program%\bindtool-cli.exe" set /a failed+=1
if not exist "%program%\bindtool-cli.exe" goto ended

call :begin
"%program%\bindtool-cli.exe" --version >version.txt
call :judge "a command starts and ends" 0 %ERRORLEVEL%
for /f "delims=" %%a in (version.txt) do call :say "          %%a"

call :begin
start "" /wait "%program%\bindtool.exe" --smoke --report smoke.txt
call :judge "the program checks itself" 0 %ERRORLEVEL%
for /f "tokens=1,2" %%a in (smoke.txt) do call :say "          %%b %%a"

rem Without a token one of its items is a problem, so its status is 1.
"%program%\bindtool-cli.exe" profile add trial --connector-id 7000000000000000001 >nul
call :begin
"%program%\bindtool-cli.exe" check --profile trial >check.txt
call :judge "the laptop is checked, without a token" 1 %ERRORLEVEL%
for /f "tokens=1,2" %%a in (check.txt) do call :say "          %%a %%b"

call :bind "binds three devices on the practice server"

call :begin
start "" "%program%\bindtool.exe" --practice
call :wait_for_window
call :judge "the practice window starts" 0 %ERRORLEVEL%
call :wait 5
set "memory=?"
tasklist /fo list /fi "imagename eq bindtool.exe" >tasks.txt
rem Its last line is the memory, in the words of the system's language.
for /f "tokens=1,* delims=:" %%a in (tasks.txt) do set "memory=%%b"
for /f "tokens=*" %%a in ("%memory%") do call :say "          %%a of memory after five seconds"

call :begin
start "" /wait "%setup%" /S
call :judge "the setup upgrades while the window is open" 0 %ERRORLEVEL%
rem The setup has started bindtool again, which answers once its window is there.
set tries=0
:closing
set /a tries+=1
start "" /wait "%program%\bindtool.exe" --ask-to-close
set status=%ERRORLEVEL%
if not %status%==0 if %tries% lss 10 call :wait 3
if not %status%==0 if %tries% lss 10 goto closing
call :judge "no window is open after it was asked to close" 0 %status%
call :bind "binds three devices after the upgrade"

call :begin
start "" /wait "%program%\uninstall.exe" /S
set tries=0
:removing
set /a tries+=1
if exist "%program%" if %tries% lss 60 call :wait 1
if exist "%program%" if %tries% lss 60 goto removing
set left=
if exist "%program%" set "left=%left% folder"
if exist "%APPDATA%\Microsoft\Windows\Start Menu\Programs\bindtool.lnk" set "left=%left% shortcut"
reg query HKCU\Software\bindtool >nul 2>nul && set "left=%left% registry"
call :judge "the uninstaller leaves nothing" "" "%left%"

:ended
call :say "%steps% steps, %failed% failed"
popd
rmdir /s /q "%work%"
set named=1
findstr /i /c:"%USERNAME%" /c:"%COMPUTERNAME%" "%report%" >nul || set named=
if defined named echo Your name or the computer's is in the report: look at it before you send it.
echo The report is in bindtool-on-windows.txt, beside this script.
if /i not "%quiet%"=="/q" pause
if %failed%==0 exit /b 0
exit /b 1

:installed_already
echo bindtool is installed on this computer already, and this script would remove it. Take another computer.
:not_tried
popd
if /i not "%quiet%"=="/q" pause
exit /b 2

rem ---------------------------------------------------------------- called

rem TEXT: shows a line and writes it into the report.
:say
echo %~1
>>"%report%" echo %~1
exit /b 0

rem TEXT EXPECTED FOUND: reports a step, with the seconds since :begin.
:judge
set "text=%~1"
set "expected=%~2"
set "found=%~3"
call :now
set /a took=now-began
if %took% lss 0 set /a took+=8640000
set /a whole=took/100
set /a part=took%%100+100
set /a steps+=1
if "%expected%"=="%found%" call :say "ok        %text%, %whole%.%part:~-2% s"
if "%expected%"=="%found%" exit /b 0
set /a failed+=1
call :say "FAILED    %text%, %whole%.%part:~-2% s: %found%, not %expected%"
exit /b 0

rem TEXT: binds three devices on the practice server and reports it.
:bind
(echo SPK26113F2001) >devices.txt
(echo SPK26113F2002) >>devices.txt
(echo SPK26113F2003) >>devices.txt
call :begin
"%program%\bindtool-cli.exe" bind devices.txt --practice >bound.txt
set bound=0
for /f "tokens=1" %%a in (bound.txt) do if "%%a"=="bound" set /a bound+=1
call :judge "%~1" 3 %bound%
exit /b 0

rem Waits until the program has loaded and its log says that the window starts; status 1 after a minute.
:wait_for_window
set tries=0
set "seen="
:waiting
for %%F in (data\practice\logs\*.log) do findstr /c:"starts: the window" %%F >nul && set "seen=%%F"
if defined seen exit /b 0
set /a tries+=1
call :now
set /a took=now-began
if %took% lss 6000 if %tries% lss 2000 goto waiting
exit /b 1

rem SECONDS
:wait
set /a pings=%1+1
ping -n %pings% 127.0.0.1 >nul
exit /b 0

:begin
call :now
set began=%now%
exit /b 0

rem Sets now to the hundredths of a second since midnight. Some cmd shows a time without them; then the script does it.
:now
set "now="
for /f "tokens=1-4 delims=:., " %%a in ("%TIME%") do call :sum %%a %%b %%c %%d
if defined now exit /b 0
for /f %%a in ('cscript //nologo "%work%\now.js"') do set now=%%a
exit /b 0

:sum
if "%4"=="" exit /b 0
set "hour=0%1"
set /a now=(((1%hour:~-2%-100)*60+1%2-100)*60+1%3-100)*100+1%4-100
exit /b 0
