@echo off
rem All tests, on Windows in the nuget package mode.
setlocal
set DOTNET_NOLOGO=1
set MLNETSTYLE_BOOTSTRAPPED=1
if not defined MLNETSTYLE_MODELS if exist "%~dp0..\shared\models" set "MLNETSTYLE_MODELS=%~dp0..\shared\models"
dotnet build "%~dp0MLNetStyle.sln" -c Release -v quiet -clp:NoSummary || exit /b 1
dotnet test "%~dp0tests" -c Release --no-build %*
exit /b %errorlevel%
